import { Adam, coolingRate } from '../../../labelQuality/adam.ts';
import { isWorse } from '../../../labelQuality/learnNoise.ts';
import { softmaxInPlace } from '../../../labelQuality/softmax.ts';
import { BLOCK, type FeatureSource } from './discriminant.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/**
 * Multinomial logistic regression on frozen features, trained on labels some of which are wrong, and
 * cross-validated: each image is predicted by the model of the folds that it is not in.
 *
 * Its loss is the generalised cross-entropy (1 - p^q) / q of Zhang and Sabuncu, "Generalized Cross Entropy
 * Loss for Training Deep Neural Networks with Noisy Labels" (2018): an image whose label the model finds
 * unlikely has less influence. A person's decision is not noisy: it keeps the plain cross-entropy, whose
 * influence grows the less likely the label seems.
 *
 * N images, F features, M classes, H models that are trained together, so that a block of images is
 * multiplied once for all of them.
 */
export interface TunedInputs {
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

export interface TunedLogits {
  /** [N*M] out of fold; 0 for images in no fold. */
  logits: Float32Array;
  /** Weight of the squared slopes, for features of total variance 1. */
  ridge: number;
}

const Q = 0.7;
/** Ridges that are tried, times the number of images that are learned from. */
const RIDGES = [0.03, 0.1, 0.2] as const;
const STEPS = 80;
const RATE = 0.5;
/** Images that the models are trained on, and that ridges are compared on; chosen evenly over the dataset. */
const MOST_TRAINED = 60_000;
const MOST_COMPARED = 6_000;
/** Least probability in a weight, so that no image is lost for good. */
const LEAST = 1e-6;
/** Images by which a decision counts. */
const DECISION_WEIGHT = 2;

export async function tuneOutOfFold(
  inputs: TunedInputs,
  products: MatrixProducts,
  progress: (share: number) => void = () => {},
): Promise<TunedLogits> {
  const comparing = await gather(inputs, MOST_COMPARED);
  const training = comparing.images.length < MOST_COMPARED ? comparing : await gather(inputs, MOST_TRAINED);
  const folds = inputs.imagesOfFold.map((_, fold) => fold);
  const tried = RIDGES.map((ridge) => ridge / Math.max(1, comparing.images.length));
  const compared = await train(
    comparing,
    tried.flatMap((ridge) => folds.map((fold) => ({ ridge, fold }))),
    inputs.classes,
    products,
    (share) => progress(share / 2),
  );
  const chosen = RIDGES[await likeliestRidge(comparing, compared, inputs.classes, products)] as number;
  const ridge = chosen / Math.max(1, training.images.length);
  const models = await train(
    training,
    folds.map((fold) => ({ ridge, fold })),
    inputs.classes,
    products,
    (share) => progress(0.5 + 0.4 * share),
  );
  return { logits: await predict(inputs, training, models, products), ridge };
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
  decided: Uint8Array;
  folds: Uint8Array;
  /** [F] */
  mean: Float32Array;
  scale: number;
}

async function gather(inputs: TunedInputs, most: number): Promise<Gathered> {
  const { source, labels, weights, decided, imagesOfFold } = inputs;
  const foldOf = new Map<number, number>();
  for (const [fold, members] of imagesOfFold.entries()) for (const image of members) foldOf.set(image, fold);
  const learnt = [...foldOf.keys()].filter(
    (image) => (weights[image] as number) > 0 && (labels[image] as number) >= 0,
  );
  learnt.sort((a, b) => a - b);
  const step = Math.max(1, learnt.length / most);
  // Decisions are few and the best labels there are: all of them are used.
  const images = Int32Array.from(
    learnt.filter(
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
    weights: Float32Array.from(
      images,
      (image) => (weights[image] as number) * (decided[image] === 1 ? DECISION_WEIGHT : 1),
    ),
    decided: Uint8Array.from(images, (image) => decided[image] as number),
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
  ridge: number;
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
  const totals = choices.map(({ fold }) =>
    data.weights.reduce((sum, weight, row) => sum + (data.folds[row] === fold ? 0 : weight), 0),
  );
  for (let step = 1; step <= STEPS; step++) {
    const rate = coolingRate(RATE, step, STEPS);
    const gradient = await gradientOf(data, models, totals, classes, products);
    for (let index = 0; index < gradient.slopes.length; index++) {
      const { ridge } = choices[Math.floor((index % columns) / classes)] as Choice;
      gradient.slopes[index] =
        (gradient.slopes[index] as number) + ridge * (models.slopes.data[index] as number);
    }
    slopesBy.move(models.slopes.data, gradient.slopes, rate);
    offsetsBy.move(models.offsets, gradient.offsets, rate);
    progress(step / STEPS);
  }
  return models;
}

async function gradientOf(
  data: Gathered,
  { choices, slopes, offsets }: Models,
  totals: readonly number[],
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
          ((data.weights[row] as number) * (data.decided[row] === 1 ? 1 : own ** Q)) /
          (totals[index] as number);
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

/**
 * The index of the strongest ridge whose models predict labels of held-out images as well as the best, within
 * one standard error: by the mean of p^q, as in training, because the likelihood would reward a model for
 * expecting wrong labels.
 */
async function likeliestRidge(
  data: Gathered,
  models: Models,
  classes: number,
  products: MatrixProducts,
): Promise<number> {
  const gains = RIDGES.map(() => new Float64Array(data.images.length));
  for (let start = 0; start < data.images.length; start += BLOCK) {
    const end = Math.min(data.images.length, start + BLOCK);
    const rows = {
      data: data.rows.subarray(start * data.size, end * data.size),
      rows: end - start,
      columns: data.size,
    };
    const logits = await products.multiply(rows, models.slopes);
    for (let row = start; row < end; row++) {
      let place = 0;
      for (const [index, { fold }] of models.choices.entries()) {
        if (data.folds[row] !== fold) continue;
        const at = (row - start) * models.slopes.columns + index * classes;
        toProbabilities(logits, at, classes, models.offsets, index * classes);
        (gains[place++] as Float64Array)[row] = (logits[at + (data.labels[row] as number)] as number) ** Q;
      }
    }
  }
  const means = gains.map(
    (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
  );
  const best = gains[means.indexOf(Math.max(...means))] as Float64Array;
  return gains.findLastIndex((values) => !isWorse(values, best));
}

/** Every image by the model that left its fold out. [N*M] */
async function predict(
  { source, imagesOfFold, labels, classes }: TunedInputs,
  { mean, scale }: Gathered,
  { slopes, offsets }: Models,
  products: MatrixProducts,
): Promise<Float32Array> {
  const logits = new Float32Array(labels.length * classes);
  for (const [fold, images] of imagesOfFold.entries()) {
    const own = ownSlopes(slopes, fold, classes);
    for (let start = 0; start < images.length; start += BLOCK) {
      const block = images.subarray(start, start + BLOCK);
      const rows = await source.rows(block);
      for (let at = 0; at < rows.data.length; at += rows.columns) {
        for (let d = 0; d < rows.columns; d++)
          rows.data[at + d] = ((rows.data[at + d] as number) - (mean[d] as number)) * scale;
      }
      const scores = await products.multiply(rows, own);
      for (const [row, image] of block.entries()) {
        for (let c = 0; c < classes; c++) {
          logits[image * classes + c] =
            (scores[row * classes + c] as number) + (offsets[fold * classes + c] as number);
        }
      }
    }
  }
  return logits;
}

function ownSlopes({ data, rows, columns }: Rows, index: number, classes: number): Rows {
  const own = new Float32Array(rows * classes);
  for (let d = 0; d < rows; d++) {
    own.set(data.subarray(d * columns + index * classes, d * columns + (index + 1) * classes), d * classes);
  }
  return { data: own, rows, columns: classes };
}
