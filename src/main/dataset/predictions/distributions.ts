import { labelDistribution } from '../../../shared/reliability.ts';
import { NOTHING_TAKEN, unusable } from './predictions.ts';

/** Probabilities that were rounded when they were written do not add up to exactly 1. */
const SUM_TOLERANCE = 0.02;

/** Makes distributions of a file's values, and refuses what is none. */
export class Distributions {
  readonly #file: string;
  readonly #areLogits: boolean;
  #rows = 0;
  #likeProbabilities = 0;

  constructor(file: string, areLogits: boolean) {
    this.#file = file;
    this.#areLogits = areLogits;
  }

  /**
   * @param values [C]
   * @param nameOf the column of a class, for the message
   * @returns [C], sums to 1
   */
  of(values: ArrayLike<number>, place: string, nameOf: (column: number) => string): Float32Array {
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let column = 0; column < values.length; column++) {
      const value = values[column] as number;
      if (!Number.isFinite(value)) {
        throw unusable(this.#file, place, `"${nameOf(column)}" is no finite number`, NOTHING_TAKEN);
      }
      sum += value;
      if (value < least) least = value;
    }
    const likeProbabilities = least >= 0 && Math.abs(sum - 1) <= SUM_TOLERANCE;
    this.#rows++;
    if (likeProbabilities) this.#likeProbabilities++;
    if (this.#areLogits) return Float32Array.from(labelDistribution(values));
    if (!likeProbabilities) throw this.#noProbabilities(sum, least, place);
    return Float32Array.from(values, (value) => value / sum);
  }

  /** After the last row. */
  finish(): void {
    if (!this.#areLogits || this.#rows === 0 || this.#likeProbabilities < this.#rows) return;
    throw unusable(
      this.#file,
      null,
      'the values are said to be logits, but every row is a distribution already',
      'Leave out --logits, or call the columns by their classes alone. Nothing was imported.',
    );
  }

  #noProbabilities(sum: number, least: number, place: string) {
    const problem =
      least < 0
        ? `a probability is negative (${rounded(least)})`
        : `the probabilities add up to ${rounded(sum)}, not to 1`;
    const hint = 'If these are logits, say so with --logits; else correct the file. Nothing was imported.';
    return unusable(this.#file, place, problem, hint);
  }
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
