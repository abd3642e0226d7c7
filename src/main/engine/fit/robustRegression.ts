import { Adam, coolingRate } from '../../../labelQuality/adam.ts';
import { softmaxInPlace } from '../../../labelQuality/softmax.ts';
import { BLOCK, type FeatureSource } from './discriminant.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/**
 * Multinomial logistic regression on frozen features, trained on labels some of which are wrong, and
 * cross-validated: each image is predicted by the model of the folds that it is not in.
 *
 * Its loss is the generalised cross-entropy (1 - p^q) / q of Zhang and Sabuncu, "Generalized Cross Entropy
 * Loss for Training Deep Neural Networks with Noisy Labels" (2018): an image whose label the model finds
 * unlikely has less influence. With this loss a rare class, which a model finds unlikely at first, would hardly
 * be learned: its images have more weight. A person's decision counts like any label, although it is right: the
 * images that people decide on are the most suspect ones, not a fair sample of those that look like them, and
 * with more weight they make models of a few hundred images worse (bench/flags/README.md).
 *
 * N images, F features, M classes, H models that are trained together, so that a block of images is
 * multiplied once for all of them.
 */
interface RegressionInputs {
  source: FeatureSource;
  /** [N] class, or -1 */
  labels: Int16Array;
  classes: number;
  /** [N] 0 for images that no model learns from. */
  weights: Float32Array;
  /** [N] 1 for a label that a person has decided on. */
  decided: Uint8Array;
  /** [fold] images, all that are to be predicted */
  imagesOfFold: readonly Int32Array[];
}

/** How one of the models is trained. */
interface Setting {
  /** Weight of the squared slopes, for features of total variance 1, times the number of images that are learned from. */
  ridge: number;
  /** An image's weight is its class's frequency to minus this power: 0 counts images, 1 classes. */
  balance: number;
}

/** Models that are averaged: the labels do not tell which of them is best (bench/flags/README.md). */
const SETTINGS: readonly Setting[] = [
  { ridge: 0.1, balance: 0.35 },
  { ridge: 0.3, balance: 0.35 },
];
const Q = 0.7;
const STEPS = 80;
const RATE = 0.5;
/** Images that the models are trained on; chosen evenly over the dataset. */
const MOST_TRAINED = 60_000;
/** Least probability in a weight, so that no image is lost for good. */
const LEAST = 1e-6;
/** @returns [setting] logits of every image [N*M], out of fold; 0 for images in no fold */
export async function tuneOutOfFold(
  inputs: RegressionInputs,
  products: MatrixProducts,
  progress: (share: number) => void = () => {},
): Promise<Float32Array[]> {
  const data = await gather(inputs);
  const choices = SETTINGS.flatMap((setting) => inputs.imagesOfFold.map((_, fold) => ({ setting, fold })));
  const models = await train(data, choices, inputs.classes, products, (share) => progress(0.9 * share));
  return predict(inputs, data, models, products);
}

/** Images with their features in memory, centred and scaled to a total variance of 1. */
interface Gathered {
  /** [n] */
  images: Int32Array;
  /** [n*F] */
  rows: Float32Array;
  size: number;
  labels: Int16Array;
  weights: Float32Array;
  folds: Uint8Array;
  /** [F] */
  mean: Float32Array;
  scale: number;
}

async function gather(inputs: RegressionInputs): Promise<Gathered> {
  const { source, labels, weights, decided, imagesOfFold } = inputs;
  const foldOf = new Map<number, number>();
  for (const [fold, members] of imagesOfFold.entries()) for (const image of members) foldOf.set(image, fold);
  const learned = [...foldOf.keys()].filter(
    (image) => (weights[image] as number) > 0 && (labels[image] as number) >= 0,
  );
  learned.sort((a, b) => a - b);
  const step = Math.max(1, learned.length / MOST_TRAINED);
  // Decisions are few and the best labels there are: all of them are used.
  const images = Int32Array.from(
    learned.filter(
      (image, place) => decided[image] === 1 || Math.floor(place / step) !== Math.floor((place - 1) / step),
    ),
  );
  const { size } = source;
  const rows = new Float32Array(images.length * size);
  for (let start = 0; start < images.length; start += BLOCK) {
    rows.set((await source.rows(images.subarray(start, start + BLOCK))).data, start * size);
  }
  const { mean, scale } = centreAndScale(rows, size);
  return {
    images,
    rows,
    size,
    labels: Int16Array.from(images, (image) => labels[image] as number),
    weights: Float32Array.from(images, (image) => weights[image] as number),
    folds: Uint8Array.from(images, (image) => foldOf.get(image) as number),
    mean,
    scale,
  };
}

function centreAndScale(rows: Float32Array, size: number): { mean: Float32Array; scale: number } {
  const count = Math.max(1, rows.length / size);
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let at = 0; at < rows.length; at += size) {
    for (let d = 0; d < size; d++) {
      const value = rows[at + d] as number;
      sums[d] = (sums[d] as number) + value;
      squares[d] = (squares[d] as number) + value * value;
    }
  }
  const mean = Float32Array.from(sums, (sum) => sum / count);
  const variance = squares.reduce((total, square, d) => total + square / count - (mean[d] as number) ** 2, 0);
  const scale = 1 / Math.sqrt(Math.max(1e-12, variance));
  for (let at = 0; at < rows.length; at += size) {
    for (let d = 0; d < size; d++) rows[at + d] = ((rows[at + d] as number) - (mean[d] as number)) * scale;
  }
  return { mean, scale };
}

interface Choice {
  setting: Setting;
  /** The fold that is held out. */
  fold: number;
}

interface Models {
  choices: readonly Choice[];
  /** [F, H*M] */
  slopes: Rows;
  /** [H*M] */
  offsets: Float32Array;
}

/** Adam over all images at once: the loss is smooth, and a few dozen steps are enough. */
async function train(
  data: Gathered,
  choices: readonly Choice[],
  classes: number,
  products: MatrixProducts,
  progress: (share: number) => void,
): Promise<Models> {
  const columns = choices.length * classes;
  const models: Models = {
    choices,
    slopes: { data: new Float32Array(data.size * columns), rows: data.size, columns },
    offsets: new Float32Array(columns),
  };
  const slopesBy = new Adam(models.slopes.data.length, Float32Array);
  const offsetsBy = new Adam(columns, Float32Array);
  const shares = choices.map((choice) => sharesOf(data, choice, classes));
  const images = Math.max(1, data.images.length);
  for (let step = 1; step <= STEPS; step++) {
    const rate = coolingRate(RATE, step, STEPS);
    const gradient = await gradientOf(data, models, shares, classes, products);
    for (let index = 0; index < gradient.slopes.length; index++) {
      const { setting } = choices[Math.floor((index % columns) / classes)] as Choice;
      gradient.slopes[index] =
        (gradient.slopes[index] as number) + (setting.ridge / images) * (models.slopes.data[index] as number);
    }
    slopesBy.move(models.slopes.data, gradient.slopes, rate);
    offsetsBy.move(models.offsets, gradient.offsets, rate);
    progress(step / STEPS);
  }
  return models;
}

/** What an image of each class counts for, so that all that a model learns from count 1. [M] */
function sharesOf(
  { labels, weights, folds }: Gathered,
  { setting, fold }: Choice,
  classes: number,
): Float64Array {
  const [images, sums] = [new Float64Array(classes), new Float64Array(classes)];
  for (const [row, label] of labels.entries()) {
    if (folds[row] === fold) continue;
    images[label] = (images[label] as number) + 1;
    sums[label] = (sums[label] as number) + (weights[row] as number);
  }
  const shares = images.map((count) => Math.max(1, count) ** -setting.balance);
  const total = shares.reduce((sum, share, label) => sum + share * (sums[label] as number), 0);
  return shares.map((share) => share / Math.max(1e-9, total));
}

async function gradientOf(
  data: Gathered,
  { choices, slopes, offsets }: Models,
  shares: readonly Float64Array[],
  classes: number,
  products: MatrixProducts,
): Promise<{ slopes: Float32Array; offsets: Float32Array }> {
  const { columns } = slopes;
  const gradient = { slopes: new Float32Array(slopes.data.length), offsets: new Float32Array(columns) };
  for (let start = 0; start < data.images.length; start += BLOCK) {
    const end = Math.min(data.images.length, start + BLOCK);
    const block: Rows = {
      data: data.rows.subarray(start * data.size, end * data.size),
      rows: end - start,
      columns: data.size,
    };
    const logits = await products.multiply(block, slopes);
    const residuals = new Float32Array(logits.length);
    for (let row = start; row < end; row++) {
      const label = data.labels[row] as number;
      for (const [index, { fold }] of choices.entries()) {
        if (data.folds[row] === fold) continue;
        const at = (row - start) * columns + index * classes;
        toProbabilities(logits, at, classes, offsets, index * classes);
        const own = Math.max(LEAST, logits[at + label] as number);
        const weight =
          (data.weights[row] as number) * ((shares[index] as Float64Array)[label] as number) * own ** Q;
        for (let c = 0; c < classes; c++) {
          const residual = weight * ((logits[at + c] as number) - (c === label ? 1 : 0));
          residuals[at + c] = residual;
          gradient.offsets[index * classes + c] =
            (gradient.offsets[index * classes + c] as number) + residual;
        }
      }
    }
    const part = await products.multiplyTurned(block, { data: residuals, rows: block.rows, columns });
    for (let index = 0; index < part.length; index++) {
      gradient.slopes[index] = (gradient.slopes[index] as number) + (part[index] as number);
    }
  }
  return gradient;
}

/** Replaces a model's products by probabilities. */
function toProbabilities(
  products: Float32Array,
  at: number,
  classes: number,
  offsets: Float32Array,
  from: number,
): void {
  for (let c = 0; c < classes; c++) {
    products[at + c] = (products[at + c] as number) + (offsets[from + c] as number);
  }
  softmaxInPlace(products, at, classes);
}

/** Every image by the models that left its fold out. */
async function predict(
  { source, imagesOfFold, labels, classes }: RegressionInputs,
  { mean, scale }: Gathered,
  { slopes, offsets }: Models,
  products: MatrixProducts,
): Promise<Float32Array[]> {
  const logits = SETTINGS.map(() => new Float32Array(labels.length * classes));
  for (const [fold, images] of imagesOfFold.entries()) {
    const models = SETTINGS.map((_, setting) => setting * imagesOfFold.length + fold);
    const own = slopesOf(slopes, models, classes);
    for (let start = 0; start < images.length; start += BLOCK) {
      const block = images.subarray(start, start + BLOCK);
      const rows = await source.rows(block);
      for (let at = 0; at < rows.data.length; at += rows.columns) {
        for (let d = 0; d < rows.columns; d++)
          rows.data[at + d] = ((rows.data[at + d] as number) - (mean[d] as number)) * scale;
      }
      const scores = await products.multiply(rows, own);
      for (const [row, image] of block.entries()) {
        for (const [place, model] of models.entries()) {
          const of = logits[place] as Float32Array;
          for (let c = 0; c < classes; c++) {
            const score = scores[row * own.columns + place * classes + c] as number;
            of[image * classes + c] = score + (offsets[model * classes + c] as number);
          }
        }
      }
    }
  }
  return logits;
}

/** Those of some of the models, one beside the other. */
function slopesOf({ data, rows, columns }: Rows, models: readonly number[], classes: number): Rows {
  const own = new Float32Array(rows * models.length * classes);
  for (let d = 0; d < rows; d++) {
    for (const [place, model] of models.entries()) {
      const from = d * columns + model * classes;
      own.set(data.subarray(from, from + classes), (d * models.length + place) * classes);
    }
  }
  return { data: own, rows, columns: models.length * classes };
}
