import { argmax } from './argmax.ts';

/**
 * Confident learning (Northcutt, Jiang, Chuang, arXiv 1911.00068) with the conventions of cleanlab 2.9, against
 * which every function is tested.
 *
 * N images, C classes. `labels` holds N class indices; `probabilities` N rows of C, each summing to 1, of a
 * model that has not seen the label. Matrices are C rows of C; rows of a joint are given labels, columns true
 * ones.
 */
export interface LabelledProbabilities {
  /** [N] */
  labels: ArrayLike<number>;
  /** [N][C] */
  probabilities: ArrayLike<ArrayLike<number>>;
  classes: number;
}

/** [C][C] given class by true class. */
export type Matrix = number[][];

const TOLERANCE = 1e-6;
/** Threshold of a class without images: no probability reaches it. */
const UNREACHABLE = 2;

/** [C] mean probability of class c over the images labelled c. */
export function confidentThresholds({ labels, probabilities, classes }: LabelledProbabilities): number[] {
  const sums = new Array<number>(classes).fill(0);
  const counts = countLabels(labels, classes);
  forEachImage(labels, probabilities, (label, row) => {
    sums[label] = at(sums, label) + at(row, label);
  });
  return sums.map((sum, c) => Math.max(TOLERANCE, at(counts, c) > 0 ? sum / at(counts, c) : UNREACHABLE));
}

/**
 * The distribution after subtracting the classes' thresholds, shifted so that none is negative, and
 * renormalised; it compensates for classes that a model is rarely confident of. [C] -> [C]
 */
export function adjustByThresholds(row: ArrayLike<number>, thresholds: readonly number[]): number[] {
  const highest = Math.max(...thresholds);
  const shifted = thresholds.map((threshold, c) => at(row, c) - threshold + highest);
  const sum = shifted.reduce((total, value) => total + value, 0);
  return shifted.map((value) => value / sum);
}

/**
 * The class that a model is confident of: the most likely one above its threshold; null for none.
 * @param row [C] the model's distribution for an image
 * @param thresholds [C] of confidentThresholds
 */
export function confidentClass(row: ArrayLike<number>, thresholds: readonly number[]): number | null {
  const reached = thresholds.flatMap((threshold, c) => (at(row, c) >= threshold - TOLERANCE ? [c] : []));
  return reached.length > 1 ? argmax(row) : (reached[0] ?? null);
}

/** [C][C] counts of (given label, class that the model is confident of); the diagonal is at least 1. */
export function confidentJoint(data: LabelledProbabilities): Matrix {
  const thresholds = confidentThresholds(data);
  const joint = zeros(data.classes);
  forEachImage(data.labels, data.probabilities, (label, row) => {
    const truth = confidentClass(row, thresholds);
    if (truth !== null) add(joint, label, truth, 1);
  });
  for (let c = 0; c < data.classes; c++) if (cell(joint, c, c) < 1) add(joint, c, c, 1);
  return joint;
}

/** [C][C] the joint scaled so that its rows add up to the counts of the [N] given labels, in whole images. */
export function calibrateJoint(joint: Matrix, labels: ArrayLike<number>): Matrix {
  const counts = countLabels(labels, joint.length);
  const scaled = joint.map((row, c) => {
    const sum = atLeastTiny(total(row));
    return row.map((count) => (count / sum) * at(counts, c));
  });
  // Changes nothing but the last bits, by which cleanlab breaks ties when it rounds.
  const sum = atLeastTiny(total(scaled.map(total)));
  return scaled.map((row) => roundPreservingSum(row.map((count) => (count / sum) * total(counts))));
}

/** [C] images of each class, from the [N] labels. */
export function countLabels(labels: ArrayLike<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[at(labels, i)] = at(counts, at(labels, i)) + 1;
  return counts;
}

/** Rounds [n] values to integers whose sum is the rounded sum; those closest to the next integer are adjusted. */
export function roundPreservingSum(values: readonly number[]): number[] {
  const rounded = values.map(roundHalfEven);
  const wanted = roundHalfEven(total(values));
  for (let difference = wanted - total(rounded); difference !== 0; difference = wanted - total(rounded)) {
    const step = Math.sign(difference);
    const order = values.map((_, index) => index);
    const gap = (index: number) => at(values, index) - at(rounded, index);
    order.sort((a, b) => (step > 0 ? gap(b) - gap(a) || b - a : gap(a) - gap(b) || a - b));
    for (const index of order.slice(0, Math.abs(difference))) rounded[index] = at(rounded, index) + step;
  }
  return rounded;
}

function forEachImage(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<ArrayLike<number>>,
  visit: (label: number, row: ArrayLike<number>) => void,
): void {
  for (let i = 0; i < labels.length; i++) visit(at(labels, i), probabilities[i] as ArrayLike<number>);
}

function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function zeros(size: number): Matrix {
  return Array.from({ length: size }, () => new Array<number>(size).fill(0));
}

function add(matrix: Matrix, row: number, column: number, amount: number): void {
  (matrix[row] as number[])[column] = cell(matrix, row, column) + amount;
}

function cell(matrix: Matrix, row: number, column: number): number {
  return at(matrix[row] as number[], column);
}

function atLeastTiny(value: number): number {
  return Math.max(1e-100, value);
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] as number;
}
