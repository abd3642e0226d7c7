import { labelDistribution } from '../../../labelQuality/reliability.ts';
import { type Adjustments, faultyPredictions, NOTHING_TAKEN } from './predictions.ts';

/** Probabilities do not add up to exactly 1 when they were computed in few bits. */
const SUM_TOLERANCE = 0.02;
/** A row whose sum is off by more than this is reported. */
const NOTED_FROM = 0.001;
/** The largest value that a rounded 0 may have. */
const ALMOST_ZERO = -1e-6;

/** The sum that the rows of a file have: of probabilities, or of percentages. */
type Whole = 1 | 100;

/** Turns a file's values into distributions, and refuses others. */
export class Distributions {
  readonly #file: string;
  readonly #areLogits: boolean;
  readonly #adjusted: Adjustments;
  #whole: Whole | null = null;
  #rows = 0;
  #likeProbabilities = 0;

  /** @param adjusted adjustments of the values, counted while they are parsed */
  constructor(file: string, areLogits: boolean, adjusted: Adjustments) {
    this.#file = file;
    this.#areLogits = areLogits;
    this.#adjusted = adjusted;
  }

  /**
   * @param values [C]
   * @param nameOf the column of a class, for the message
   * @returns [C], sums to 1
   */
  of(values: ArrayLike<number>, place: string, nameOf: (column: number) => string): Float32Array {
    for (let column = 0; column < values.length; column++) {
      if (!Number.isFinite(values[column] as number)) {
        throw faultyPredictions(
          this.#file,
          place,
          `"${nameOf(column)}" is not a finite number`,
          NOTHING_TAKEN,
        );
      }
    }
    const whole = wholeOf(values);
    this.#rows++;
    if (whole !== null) this.#likeProbabilities++;
    if (this.#areLogits) return Float32Array.from(labelDistribution(values));
    if (whole === null) throw this.#noProbabilities(values, place);
    this.#whole ??= whole;
    if (whole !== this.#whole) throw this.#otherWhole(whole, place);
    const sum = sumOf(values);
    if (Math.abs(sum / whole - 1) > NOTED_FROM) this.#adjusted.renormalised++;
    this.#adjusted.percentages = whole === 100;
    return Float32Array.from(values, (value) => Math.max(0, value) / sum);
  }

  /** After the last row. */
  finish(): void {
    if (!this.#areLogits || this.#rows === 0 || this.#likeProbabilities < this.#rows) return;
    throw faultyPredictions(
      this.#file,
      null,
      'the values are said to be logits, but every row is a distribution already',
      'Leave out --logits, or name the columns by class only. Nothing was imported.',
    );
  }

  #noProbabilities(values: ArrayLike<number>, place: string) {
    const least = leastOf(values);
    const sum = rounded(sumOf(values));
    if (least < ALMOST_ZERO) {
      return faultyPredictions(
        this.#file,
        place,
        `a probability is negative (${rounded(least)})`,
        'If these are logits, add --logits; if not, correct the file. Nothing was imported.',
      );
    }
    const hint =
      'If the values are votes or scores, divide each row by its sum; if not, correct the file. Nothing was imported.';
    return faultyPredictions(this.#file, place, `the probabilities add up to ${sum}, not to 1`, hint);
  }

  #otherWhole(whole: Whole, place: string) {
    const names = { 1: 'probabilities', 100: 'percentages' };
    const before = whole === 1 ? 100 : 1;
    return faultyPredictions(
      this.#file,
      place,
      `its values are ${names[whole]} (they add up to ${whole}), those of the rows before are ${names[before]}`,
      NOTHING_TAKEN,
    );
  }
}

/** The sum of the values, within rounding; null if they are no distribution. */
function wholeOf(values: ArrayLike<number>): Whole | null {
  if (leastOf(values) < ALMOST_ZERO) return null;
  const sum = sumOf(values);
  for (const whole of [1, 100] as const) {
    // Percentages of whole numbers are probabilities of two decimals.
    const share = sum / whole;
    const isRounded = Array.from(values).every((value) => isOfTwoDecimals(value / whole));
    // Each value is off by up to half a unit when it was rounded, and by one below when it was cut off.
    const [below, above] = isRounded ? [0.01 * values.length, 0.005 * values.length] : [0, 0];
    const isClose = share >= 1 - Math.max(SUM_TOLERANCE, below) - 1e-6;
    if (isClose && share <= 1 + Math.max(SUM_TOLERANCE, above) + 1e-6) return whole;
  }
  return null;
}

function isOfTwoDecimals(value: number): boolean {
  return Math.abs(100 * value - Math.round(100 * value)) < 1e-4;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let column = 0; column < values.length; column++) sum += Math.max(0, values[column] as number);
  return sum;
}

function leastOf(values: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let column = 0; column < values.length; column++) least = Math.min(least, values[column] as number);
  return least;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
