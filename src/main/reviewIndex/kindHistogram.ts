/** Bins of equal width over 0 to 1. */
export const HISTOGRAM_BINS = 20;

/** Rows of each kind by their values in a column; rows without a value are in no bin. */
export class KindHistogram {
  readonly #column: Float32Array;
  /** The bins of a kind are one after the other. */
  #counts = new Int32Array(HISTOGRAM_BINS << 10);

  constructor(column: Float32Array) {
    this.#column = column;
  }

  count(kind: number, row: number, by: 1 | -1): void {
    const value = this.#column[row] as number;
    if (!(value >= 0)) return; // NaN
    const at = HISTOGRAM_BINS * kind + binOf(value);
    if (at >= this.#counts.length) this.#grow(at);
    this.#counts[at] = (this.#counts[at] as number) + by;
  }

  /** Adds the rows of a kind to bins. */
  addTo(bins: number[], kind: number): void {
    const first = HISTOGRAM_BINS * kind;
    for (let bin = 0; bin < HISTOGRAM_BINS; bin++) {
      bins[bin] = (bins[bin] as number) + (this.#counts[first + bin] ?? 0);
    }
  }

  #grow(to: number): void {
    const larger = new Int32Array(2 * to);
    larger.set(this.#counts);
    this.#counts = larger;
  }
}

/** @param value from 0 to 1 */
export function binOf(value: number): number {
  return Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS));
}
