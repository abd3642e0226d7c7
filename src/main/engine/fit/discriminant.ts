import { choleskySolve } from './cholesky.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/**
 * Linear discriminant analysis: a Gaussian of each class with one common covariance, in closed form. The sums of
 * the folds are kept apart, so that the sums of all but one fold are a subtraction.
 *
 * F features, M classes.
 */
export interface FeatureSource {
  /** F */
  size: number;
  rows(images: Int32Array): Promise<Rows> | Rows;
}

export interface Sums {
  /** [M] weight of each class. */
  weight: Float64Array;
  /** [M*F] */
  first: Float64Array;
  /** [F*F] */
  second: Float64Array;
}

interface Discriminant {
  /** [F*M] */
  slopes: Rows;
  /** [M] */
  offsets: Float64Array;
  /** [F*F] of the classes, with its ridge. */
  covariance: Float64Array;
}

/** Images that are multiplied at once. */
export const BLOCK = 4096;
/** Ridge on the covariance, in shares of its mean eigenvalue: few images, and noisy ones. */
const RIDGE = 2;
/** Images by which a class's mean is pulled to that of all. */
const PULL = 5;

export function emptySums(classes: number, size: number): Sums {
  return {
    weight: new Float64Array(classes),
    first: new Float64Array(classes * size),
    second: new Float64Array(size * size),
  };
}

export function addSums(sums: Sums, { weight, first, second }: Sums): Sums {
  addTo(sums.weight, weight, 1);
  addTo(sums.first, first, 1);
  addTo(sums.second, second, 1);
  return sums;
}

export function subtractSums(total: Sums, fold: Sums): Sums {
  const rest = { weight: total.weight.slice(), first: total.first.slice(), second: total.second.slice() };
  addTo(rest.weight, fold.weight, -1);
  addTo(rest.first, fold.first, -1);
  addTo(rest.second, fold.second, -1);
  return rest;
}

function addTo(target: Float64Array, source: ArrayLike<number>, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

interface LabelledImages {
  /** [N] */
  labels: Int16Array;
  classes: number;
  /** [N] 0 leaves an image out. */
  weights: Float32Array;
}

/** Weighted sums and outer products of some images. */
export async function sumUp(
  source: FeatureSource,
  images: Int32Array,
  { labels, classes, weights }: LabelledImages,
  products: MatrixProducts,
): Promise<Sums> {
  const { size } = source;
  const sums = emptySums(classes, size);
  for (let start = 0; start < images.length; start += BLOCK) {
    const block = images.subarray(start, start + BLOCK).filter((image) => (weights[image] as number) > 0);
    if (block.length === 0) continue;
    const rows = await source.rows(block);
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

export function solveDiscriminant({ weight, first, second }: Sums, size: number): Discriminant {
  const classes = weight.length;
  const total = Math.max(
    1e-9,
    weight.reduce((sum, share) => sum + share, 0),
  );
  const overall = new Float64Array(size);
  const sumOf = (c: number) => first.subarray(c * size, (c + 1) * size);
  for (let c = 0; c < classes; c++) addTo(overall, sumOf(c), 1 / total);
  const covariance = second.map((value) => value / total);
  const means = Array.from(weight, (own, c) => {
    const sum = sumOf(c);
    // About the class's own mean, not the pulled one: else it may not be a covariance any more.
    for (let a = 0; a < size && own > 0; a++) {
      const factor = (sum[a] as number) / own / total;
      for (let b = 0; b < size; b++) {
        covariance[a * size + b] = (covariance[a * size + b] as number) - factor * (sum[b] as number);
      }
    }
    return sum.map((value, d) => (value + PULL * (overall[d] as number)) / (own + PULL));
  });
  let trace = 0;
  for (let d = 0; d < size; d++) trace += Math.max(0, covariance[d * size + d] as number);
  const ridge = Math.max(1e-9, (RIDGE * trace) / size);
  for (let d = 0; d < size; d++) covariance[d * size + d] = (covariance[d * size + d] as number) + ridge;
  const solved = choleskySolve(covariance, means, size);
  const slopes = new Float32Array(size * classes);
  const offsets = new Float64Array(classes);
  for (const [c, direction] of solved.entries()) {
    let product = 0;
    for (let d = 0; d < size; d++) {
      slopes[d * classes + c] = direction[d] as number;
      product += (direction[d] as number) * ((means[c] as Float64Array)[d] as number);
    }
    offsets[c] = Math.log(((weight[c] as number) + 1) / (total + classes)) - product / 2;
  }
  return { slopes: { data: slopes, rows: size, columns: classes }, offsets, covariance };
}

/**
 * Writes the logits of some images.
 * @param logits [N*M]
 */
export async function predictLogits(
  { slopes, offsets }: Discriminant,
  source: FeatureSource,
  images: Int32Array,
  logits: Float32Array,
  products: MatrixProducts,
): Promise<void> {
  const count = offsets.length;
  for (let start = 0; start < images.length; start += BLOCK) {
    const block = images.subarray(start, start + BLOCK);
    const scores = await products.multiply(await source.rows(block), slopes);
    for (const [row, image] of block.entries()) {
      for (let index = 0; index < count; index++) {
        logits[image * count + index] = (offsets[index] as number) + (scores[row * count + index] as number);
      }
    }
  }
}
