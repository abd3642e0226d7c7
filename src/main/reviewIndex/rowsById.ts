const NONE = -1;

/** The row of each sample, by its id. */
export class RowsById {
  #rows: Int32Array;

  /** @param ids how many there are, as a first guess of the highest */
  constructor(ids: number) {
    this.#rows = new Int32Array(ids + 1).fill(NONE);
  }

  /** Undefined where no row is known of. */
  get(id: number): number | undefined {
    const row = this.#rows[id];
    return row === NONE ? undefined : row;
  }

  set(id: number, row: number): void {
    if (id >= this.#rows.length) {
      const larger = new Int32Array(Math.max(id + 1, 2 * this.#rows.length)).fill(NONE);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[id] = row;
  }
}
