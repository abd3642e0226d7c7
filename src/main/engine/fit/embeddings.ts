import { open } from 'node:fs/promises';
import type { Rows } from './matrixProducts.ts';

/** Bytes that are read at once. */
const PART_BYTES = 1 << 26;

/**
 * The embeddings of a dataset, as half floats: 300,000 of 256 are 154 MB. Rows are widened block by block
 * where they are used.
 */
export class Embeddings {
  readonly images: number;
  readonly size: number;
  readonly #halves: Float16Array;
  /**
   * [N] 0 for an embedding with a number that is not finite, from a broken model; it is ignored everywhere.
   * If D = 0 there are none.
   */
  readonly usable: Uint8Array;

  constructor(halves: Float16Array, images: number, size: number) {
    this.images = images;
    this.size = size;
    this.#halves = halves;
    this.usable = new Uint8Array(images);
    for (let image = 0; image < images; image++) {
      let sum = 0;
      for (let d = 0; d < size; d++) sum += halves[image * size + d] as number;
      this.usable[image] = size > 0 && Number.isFinite(sum) ? 1 : 0;
    }
  }

  /** @param file little-endian half floats, [N, D] */
  static async read(file: string, images: number, size: number): Promise<Embeddings> {
    const halves = new Float16Array(images * size);
    const bytes = new Uint8Array(halves.buffer);
    const handle = await open(file);
    try {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + PART_BYTES);
        const { bytesRead } = await handle.read(part, 0, part.length, at);
        if (bytesRead === 0) throw new Error(`${file} ends after ${at} of ${bytes.length} bytes`);
        at += bytesRead;
      }
    } finally {
      await handle.close();
    }
    return new Embeddings(halves, images, size);
  }

  /** The rows of some images as single floats. */
  rows(images: ArrayLike<number>): Rows {
    const { size } = this;
    const data = new Float32Array(images.length * size);
    for (let row = 0; row < images.length; row++) {
      const image = images[row] as number;
      data.set(this.#halves.subarray(image * size, (image + 1) * size), row * size);
    }
    return { data, rows: images.length, columns: size };
  }

  /** The same, each of length 1: inner products are cosines. */
  unitRows(images: ArrayLike<number>): Rows {
    const rows = this.rows(images);
    for (let row = 0; row < rows.rows; row++) {
      const vector = rows.data.subarray(row * this.size, (row + 1) * this.size);
      let squares = 0;
      for (const value of vector) squares += value * value;
      const length = Math.sqrt(squares);
      if (length > 0) for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] as number) / length;
    }
    return rows;
  }
}
