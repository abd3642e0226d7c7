import { type FileHandle, open } from 'node:fs/promises';
import {
  CHECKSUM_BYTES,
  checksumOf,
  decodeHeader,
  type FeatureHeader,
  FeatureLayout,
  type FeaturesOfRun,
  headerBytes,
  ROWS_PER_BLOCK,
} from './format.ts';
import { decodeProjection, type FeatureProjection } from './projection.ts';

/** Features of some images, in the order that was asked for. */
interface FeatureBlock {
  /** Place of the first of them among the ids that were asked for. */
  from: number;
  rows: number;
  /** [rows, size] zeros where `present` is 0 */
  data: Float32Array;
  /** [rows] 1 for an image whose features are there, whole, and numbers. */
  present: Uint8Array;
}

const ROWS_AT_ONCE = 4096;

/** Reads a file of features, even while it is being written. */
export class FeatureReader {
  readonly header: FeatureHeader;
  /** The projection of the compact form; null if rows are the model's features. */
  readonly projection: FeatureProjection | null;
  readonly #file: FileHandle;
  readonly #layout: FeatureLayout;

  private constructor(file: FileHandle, header: FeatureHeader, projection: FeatureProjection | null) {
    this.#file = file;
    this.header = header;
    this.projection = projection;
    this.#layout = new FeatureLayout(header);
  }

  /** Null if there is no such file, or it belongs to another run. */
  static async open(path: string, ofRun: FeaturesOfRun): Promise<FeatureReader | null> {
    let file: FileHandle;
    try {
      file = await open(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    const header = decodeHeader(await readAt(file, 0, headerBytes));
    if (header?.predictedBy === ofRun.predictedBy && header.modelSize === ofRun.modelSize) {
      const { projectionBytes } = new FeatureLayout(header);
      const bytes = await readAt(file, headerBytes, projectionBytes);
      const projection = header.projected ? decodeProjection(bytes, header.modelSize) : null;
      return new FeatureReader(file, header, projection);
    }
    await file.close();
    return null;
  }

  /** Values of a row. */
  get size(): number {
    return this.header.size;
  }

  /**
   * The features of these images in their order, `rowsAtOnce` at a time; memory is that of two blocks. Fastest with ids in ascending order.
   */
  async *blocks(ids: ArrayLike<number>, rowsAtOnce = ROWS_AT_ONCE): AsyncGenerator<FeatureBlock> {
    for (let from = 0; from < ids.length; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, ids.length - from);
      const block = { from, rows, data: new Float32Array(rows * this.size), present: new Uint8Array(rows) };
      for (let row = 0; row < rows; ) row += await this.#readRun(ids, block, row);
      yield block;
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Fills in the next rows that are in one block of the file, with one read. @returns how many */
  async #readRun(ids: ArrayLike<number>, block: FeatureBlock, start: number): Promise<number> {
    const idAt = (row: number) => ids[block.from + row] as number;
    const fileBlock = Math.floor(idAt(start) / ROWS_PER_BLOCK);
    let [end, first, last] = [start + 1, idAt(start), idAt(start)];
    for (; end < block.rows && Math.floor(idAt(end) / ROWS_PER_BLOCK) === fileBlock; end++) {
      first = Math.min(first, idAt(end));
      last = Math.max(last, idAt(end));
    }
    const count = last - first + 1;
    const { rowBytes } = this.#layout;
    const [checksums, bytes] = await Promise.all([
      readAt(this.#file, this.#layout.checksumAt(first), count * CHECKSUM_BYTES),
      readAt(this.#file, this.#layout.rowAt(first), count * rowBytes),
    ]);
    const halves = new Float16Array(bytes.buffer, bytes.byteOffset, (count * rowBytes) / 2);
    for (let row = start; row < end; row++) {
      const place = idAt(row) - first;
      const checksum = checksums.readUInt32LE(place * CHECKSUM_BYTES);
      if (checksum === 0) continue;
      const stored = bytes.subarray(place * rowBytes, (place + 1) * rowBytes);
      if (checksum !== checksumOf(stored, idAt(row))) continue;
      const values = block.data.subarray(row * this.size, (row + 1) * this.size);
      values.set(halves.subarray(place * this.size, (place + 1) * this.size));
      if (values.every(Number.isFinite)) block.present[row] = 1;
      else values.fill(0); // a broken model; half floats end at 65,504
    }
    return end - start;
  }
}

/** This many bytes, zeros after the end of the file. In a buffer of their own, so that they are aligned. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.from(new ArrayBuffer(length));
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes;
}
