import type { Embedding, PredictionsTable } from '../project/index.ts';

/** More are not kept in memory: 60 MB for the largest models. */
export const KEPT_AT_MOST = 120_000;
/** Less than a millisecond: a decision made meanwhile waits no longer. */
const READ_AT_ONCE = 250;

/** Some embeddings one after the other. */
export interface EmbeddingSlice {
  /** [N] */
  ids: Int32Array;
  /** [N, D] */
  values: Float16Array;
}

/** In their order; those of another size than the first, which no run has, are left out. */
export function sliceOf(embeddings: readonly Embedding[]): EmbeddingSlice {
  const size = embeddings[0]?.vector.length ?? 0;
  const like = embeddings.filter(({ vector }) => vector.length === size);
  const values = new Float16Array(like.length * size);
  for (const [place, { vector }] of like.entries()) values.set(vector, place * size);
  return { ids: Int32Array.from(like, ({ sampleId }) => sampleId), values };
}

/**
 * The embeddings of a run in one block of memory, as half floats: read from the project at the first search, and followed by
 * what is scanned after that. Reading them again took three quarters of each search.
 */
export class EmbeddingBlock {
  #values = new Float16Array(0);
  #ids = new Int32Array(0);
  /** Of the values, by image. */
  readonly #places = new Map<number, number>();
  /** D; 0 before the first embedding. */
  #size = 0;
  /** The last image that was read. */
  #readUpTo = 0;
  #isWhole = false;

  /** Whether all are in memory. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Embeddings so far. */
  get count(): number {
    return this.#places.size;
  }

  /** Reads the next of them; several searches may take turns. */
  readOn(predictions: Pick<PredictionsTable, 'embeddingsAfter'>): void {
    const page = predictions.embeddingsAfter(this.#readUpTo, READ_AT_ONCE);
    for (const { sampleId, vector } of page) this.#put(sampleId, vector);
    this.#readUpTo = page.at(-1)?.sampleId ?? this.#readUpTo;
    this.#isWhole = page.length < READ_AT_ONCE;
  }

  /** An image was scanned. Before the first search it is left to be read, and so are all once they are too many. */
  add(sampleId: number, embedding: ArrayLike<number>): void {
    if (this.#readUpTo === 0 || embedding.length === 0) return;
    if (this.count < KEPT_AT_MOST) this.#put(sampleId, embedding);
    else this.#forget();
  }

  /** From a place up to before another. */
  slice(from: number, to: number): EmbeddingSlice {
    const end = Math.min(to, this.count);
    const values = this.#values.subarray(from * this.#size, end * this.#size);
    return { ids: this.#ids.subarray(from, end), values };
  }

  #put(sampleId: number, vector: ArrayLike<number>): void {
    if (this.#size === 0) this.#size = vector.length;
    if (vector.length !== this.#size) return;
    const place = this.#places.get(sampleId) ?? this.#places.size;
    if (place === this.#ids.length) this.#grow();
    this.#places.set(sampleId, place);
    this.#ids[place] = sampleId;
    this.#values.set(vector, place * this.#size);
  }

  #forget(): void {
    this.#values = new Float16Array(0);
    this.#ids = new Int32Array(0);
    this.#places.clear();
    this.#readUpTo = 0;
    this.#isWhole = false;
  }

  #grow(): void {
    const room = Math.max(1024, Math.ceil(1.5 * this.#ids.length));
    const [ids, values] = [new Int32Array(room), new Float16Array(room * this.#size)];
    ids.set(this.#ids);
    values.set(this.#values);
    [this.#ids, this.#values] = [ids, values];
  }
}
