import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '../../files/index.ts';
import { readNpyHeader } from '../readers/npyHeader.ts';

/** The number types that a matrix may have: size in bytes, and how to read one. */
const NUMBERS: Record<string, { bytes: number; read: (view: DataView, at: number) => number }> = {
  '<f2': { bytes: 2, read: (view, at) => view.getFloat16(at, true) },
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  '>f2': { bytes: 2, read: (view, at) => view.getFloat16(at) },
  '>f4': { bytes: 4, read: (view, at) => view.getFloat32(at) },
  '>f8': { bytes: 8, read: (view, at) => view.getFloat64(at) },
};
/** More than any header of two dimensions has. */
const HEADER_BYTES = 64 * 1024;

/** A NumPy file of floating-point numbers in rows and columns, loaded some rows at a time. */
export class NpyMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly #handle: FileHandle;
  readonly #dataStart: number;
  readonly #isFortranOrder: boolean;
  readonly #number: { bytes: number; read: (view: DataView, at: number) => number };

  private constructor(handle: FileHandle, header: Buffer, sizeBytes: number) {
    const { type, shape, dataStart, isFortranOrder } = readNpyHeader(header);
    const number = NUMBERS[type];
    if (number === undefined) throw new Error(`its values are of type ${type}, not floating-point numbers`);
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2 || columns === 0) {
      throw new Error(`its shape is (${shape.join(', ')}), not rows and columns`);
    }
    const expected = dataStart + rows * columns * number.bytes;
    if (sizeBytes !== expected) {
      throw new Error(
        `it has ${sizeBytes} bytes where (${rows}, ${columns}) needs ${expected}: ${sizeBytes < expected ? 'it is truncated' : 'it has extra data at the end'}`,
      );
    }
    this.rows = rows;
    this.columns = columns;
    this.#handle = handle;
    this.#dataStart = dataStart;
    this.#isFortranOrder = isFortranOrder;
    this.#number = number;
  }

  /** @throws Error that describes the file's fault */
  static async open(file: string): Promise<NpyMatrix> {
    const handle = await openRegularFile(file);
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read({
        buffer: Buffer.alloc(Math.min(size, HEADER_BYTES)),
        position: 0,
      });
      return new NpyMatrix(handle, buffer.subarray(0, bytesRead), size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** [count * columns] the rows from `first` on, one after another. */
  async read(first: number, count: number): Promise<Float32Array> {
    const { columns } = this;
    const values = new Float32Array(count * columns);
    if (!this.#isFortranOrder) {
      const view = await this.#view(first * columns, values.length);
      for (let at = 0; at < values.length; at++)
        values[at] = this.#number.read(view, at * this.#number.bytes);
      return values;
    }
    for (let column = 0; column < columns; column++) {
      const view = await this.#view(column * this.rows + first, count);
      for (let row = 0; row < count; row++) {
        values[row * columns + column] = this.#number.read(view, row * this.#number.bytes);
      }
    }
    return values;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #view(first: number, count: number): Promise<DataView> {
    const { bytes } = this.#number;
    const buffer = new Uint8Array(count * bytes);
    for (let at = 0; at < buffer.length; ) {
      const position = this.#dataStart + first * bytes + at;
      const { bytesRead } = await this.#handle.read(buffer, at, buffer.length - at, position);
      if (bytesRead === 0) throw new Error('it became shorter while it was read');
      at += bytesRead;
    }
    return new DataView(buffer.buffer);
  }
}
