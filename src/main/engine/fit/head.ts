import { choleskySolve } from './cholesky.ts';
import type { Embeddings } from './embeddings.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/**
 * A head fitted to a data set's own labels, over frozen embeddings: a Gaussian of each class with one common
 * covariance (linear discriminant analysis), which has a closed form. It is cross-validated, so that each image
 * is judged by a head that never saw its label or a near-duplicate of it, and fitted several times, each time
 * with less weight on images whose label it did not expect ("small loss"), since some of the labels are wrong.
 *
 * N images, D embedding size, L classes, F folds.
 */
export interface HeadInputs {
  embeddings: Embeddings;
  /** [N] class, or -1 */
  labels: Int16Array;
  classes: number;
  /** [N] */
  folds: Uint8Array;
  foldCount: number;
}

const ROUNDS = 3;
const BLOCK = 4096;
/** Ridge on the covariance, in shares of its mean eigenvalue: few images, and noisy ones. */
const RIDGE = 2;
/** Images by which a class's mean is pulled to that of all. */
const PULL = 5;
/** Labelled images that a class needs to be fitted. */
export const LEAST_IMAGES = 5;

/**
 * @param progress share done, 0 to 1
 * @returns [N*L] of a head that did not see the image; 0 for classes with too few images, and everywhere for
 * an image without a usable embedding. Null where fewer than two classes can be fitted.
 */
export async function fitHead(
  inputs: HeadInputs,
  products: MatrixProducts,
  progress: (share: number) => void,
): Promise<Float32Array | null> {
  const { embeddings, labels, classes, folds, foldCount } = inputs;
  const fitted = fittedClasses(inputs);
  if (fitted.length < 2) return null;
  const imagesOfFold = Array.from({ length: foldCount }, (_, fold) =>
    Int32Array.from(labels.keys().filter((image) => folds[image] === fold && embeddings.usable[image] === 1)),
  );
  const weights = Float32Array.from(labels, (label, image) =>
    fitted.includes(label) && embeddings.usable[image] === 1 ? 1 : 0,
  );
  const probabilities = new Float32Array(labels.length * classes);
  for (let round = 0; round < ROUNDS; round++) {
    const sums: Sums[] = [];
    for (const [fold, images] of imagesOfFold.entries()) {
      sums.push(await sumUp(inputs, images, weights, products));
      progress((round + (fold + 1) / foldCount) / ROUNDS);
    }
    const total = sums.reduce(addSums, emptySums(classes, embeddings.size));
    for (const [fold, images] of imagesOfFold.entries()) {
      const head = solveHead(subtractSums(total, sums[fold] as Sums), fitted, classes, embeddings.size);
      await predict(head, embeddings, images, fitted, classes, probabilities, products);
    }
    weighByFit(labels, classes, probabilities, weights);
  }
  return probabilities;
}

function fittedClasses({ embeddings, labels, classes }: HeadInputs): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const [image, label] of labels.entries()) {
    if (label >= 0 && embeddings.usable[image] === 1) counts[label] = (counts[label] as number) + 1;
  }
  return counts.flatMap((count, label) => (count >= LEAST_IMAGES ? [label] : []));
}

interface Sums {
  /** [L] weight of each class. */
  weight: Float64Array;
  /** [L*D] */
  first: Float64Array;
  /** [D*D] */
  second: Float64Array;
}

function emptySums(classes: number, size: number): Sums {
  return {
    weight: new Float64Array(classes),
    first: new Float64Array(classes * size),
    second: new Float64Array(size * size),
  };
}

function addSums(sums: Sums, { weight, first, second }: Sums): Sums {
  addTo(sums.weight, weight, 1);
  addTo(sums.first, first, 1);
  addTo(sums.second, second, 1);
  return sums;
}

function subtractSums(total: Sums, fold: Sums): Sums {
  const rest = { weight: total.weight.slice(), first: total.first.slice(), second: total.second.slice() };
  addTo(rest.weight, fold.weight, -1);
  addTo(rest.first, fold.first, -1);
  addTo(rest.second, fold.second, -1);
  return rest;
}

function addTo(target: Float64Array, source: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

/** Weighted sums and outer products of a fold's images. */
async function sumUp(
  { embeddings, labels, classes }: HeadInputs,
  images: Int32Array,
  weights: Float32Array,
  products: MatrixProducts,
): Promise<Sums> {
  const { size } = embeddings;
  const sums = emptySums(classes, size);
  for (let start = 0; start < images.length; start += BLOCK) {
    const block = images.subarray(start, start + BLOCK).filter((image) => (weights[image] as number) > 0);
    if (block.length === 0) continue;
    const rows = embeddings.rows(block);
    const scaled = new Float32Array(rows.data.length);
    for (const [row, image] of block.entries()) {
      const weight = weights[image] as number;
      const label = labels[image] as number;
      sums.weight[label] = (sums.weight[label] as number) + weight;
      for (let d = 0; d < size; d++) {
        const value = weight * (rows.data[row * size + d] as number);
        scaled[row * size + d] = value;
        sums.first[label * size + d] = (sums.first[label * size + d] as number) + value;
      }
    }
    addTo(sums.second, await products.multiplyTurned({ ...rows, data: scaled }, rows), 1);
  }
  return sums;
}

interface Head {
  /** [D*F], F fitted classes */
  slopes: Rows;
  /** [F] */
  offsets: Float64Array;
}

function solveHead(sums: Sums, fitted: readonly number[], classes: number, size: number): Head {
  const total = Math.max(
    1e-9,
    sums.weight.reduce((sum, weight) => sum + weight, 0),
  );
  const means = fitted.map(() => new Float64Array(size));
  const overall = new Float64Array(size);
  for (let label = 0; label < classes; label++) {
    addTo(overall, sums.first.subarray(label * size, (label + 1) * size), 1 / total);
  }
  const covariance = sums.second.map((value) => value / total);
  for (const [index, label] of fitted.entries()) {
    const weight = sums.weight[label] as number;
    const mean = means[index] as Float64Array;
    const first = sums.first.subarray(label * size, (label + 1) * size);
    for (let d = 0; d < size; d++) {
      mean[d] = ((first[d] as number) + PULL * (overall[d] as number)) / (weight + PULL);
    }
    // About the class's own mean, not the pulled one: else it may not be a covariance any more.
    for (let a = 0; a < size && weight > 0; a++) {
      const factor = (first[a] as number) / weight / total;
      for (let b = 0; b < size; b++) {
        covariance[a * size + b] = (covariance[a * size + b] as number) - factor * (first[b] as number);
      }
    }
  }
  let trace = 0;
  for (let d = 0; d < size; d++) trace += Math.max(0, covariance[d * size + d] as number);
  const ridge = Math.max(1e-9, (RIDGE * trace) / size);
  for (let d = 0; d < size; d++) covariance[d * size + d] = (covariance[d * size + d] as number) + ridge;
  const solved = choleskySolve(covariance, means, size);
  const slopes = new Float32Array(size * fitted.length);
  const offsets = new Float64Array(fitted.length);
  for (const [index, label] of fitted.entries()) {
    const [direction, mean] = [solved[index] as Float64Array, means[index] as Float64Array];
    let product = 0;
    for (let d = 0; d < size; d++) {
      slopes[d * fitted.length + index] = direction[d] as number;
      product += (direction[d] as number) * (mean[d] as number);
    }
    offsets[index] = Math.log(((sums.weight[label] as number) + 1) / (total + fitted.length)) - product / 2;
  }
  return { slopes: { data: slopes, rows: size, columns: fitted.length }, offsets };
}

async function predict(
  { slopes, offsets }: Head,
  embeddings: Embeddings,
  images: Int32Array,
  fitted: readonly number[],
  classes: number,
  probabilities: Float32Array,
  products: MatrixProducts,
): Promise<void> {
  const count = fitted.length;
  for (let start = 0; start < images.length; start += BLOCK) {
    const block = images.subarray(start, start + BLOCK);
    const scores = await products.multiply(embeddings.rows(block), slopes);
    for (const [row, image] of block.entries()) {
      const logits = offsets.map((offset, index) => offset + (scores[row * count + index] as number));
      const peak = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
      const shares = logits.map((logit) => Math.exp(logit - peak));
      const sum = shares.reduce((total, share) => total + share, 0);
      for (const [index, label] of fitted.entries()) {
        probabilities[image * classes + label] = (shares[index] as number) / sum;
      }
    }
  }
}

/** Less weight for an image, the less of its label the head that did not see it expects. */
function weighByFit(
  labels: Int16Array,
  classes: number,
  probabilities: Float32Array,
  weights: Float32Array,
): void {
  const own = Float32Array.from(labels, (label, image) =>
    label >= 0 ? (probabilities[image * classes + label] as number) : 0,
  );
  const fitted = own.filter((_, image) => (weights[image] as number) > 0).sort();
  const middle = Math.max(1e-9, fitted[fitted.length >> 1] ?? 1);
  for (const [image, share] of own.entries()) {
    if ((weights[image] as number) > 0) weights[image] = Math.max(1e-3, Math.min(1, share / middle));
  }
}
