export interface Neighbour {
  sampleId: number;
  /** Euclidean, between embeddings. */
  distance: number;
}

/** The few images that are nearest of all that are offered. */
export class NearestFew {
  readonly #count: number;
  /** Nearest first, by the square of the distance. */
  readonly #found: Neighbour[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** The square of the distance from which on an image is none of them. */
  get limit(): number {
    return this.#found.length < this.#count
      ? Number.POSITIVE_INFINITY
      : (this.#found[this.#count - 1]?.distance ?? 0);
  }

  offer(sampleId: number, square: number): void {
    if (square >= this.limit) return;
    const after = this.#found.findIndex(({ distance }) => distance > square);
    this.#found.splice(after === -1 ? this.#found.length : after, 0, { sampleId, distance: square });
    this.#found.length = Math.min(this.#found.length, this.#count);
  }

  /** Nearest first. */
  get neighbours(): Neighbour[] {
    return this.#found.map(({ sampleId, distance }) => ({ sampleId, distance: Math.sqrt(distance) }));
  }
}
