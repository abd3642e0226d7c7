import { AppError } from '../../domain/errors.ts';

/** Little-endian bytes of a float32 array, for a BLOB column. */
export function float32Blob(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** The float32 array of a BLOB column, copied so that it is aligned. Throws unless it has `length` values. */
export function float32Array(blob: Buffer, length: number, column: string): Float32Array {
  checkLength(blob, length * Float32Array.BYTES_PER_ELEMENT, column);
  return new Float32Array(new Uint8Array(blob).buffer);
}

/** Half precision keeps 1.4 million embeddings of 256 under 0.8 GB; it costs three decimal digits. */
export function float16Blob(values: Float32Array): Buffer {
  const halves = new Float16Array(values);
  return Buffer.from(halves.buffer, halves.byteOffset, halves.byteLength);
}

export function float16Array(blob: Buffer, length: number, column: string): Float32Array {
  checkFloat16(blob, length, column);
  return new Float32Array(new Float16Array(new Uint8Array(blob).buffer));
}

/** The half floats of a BLOB column, where they are read once: only a BLOB that is not aligned is copied. */
export function float16View(blob: Buffer, column: string): Float16Array {
  const length = Math.floor(blob.byteLength / Float16Array.BYTES_PER_ELEMENT);
  checkFloat16(blob, length, column);
  const isAligned = blob.byteOffset % Float16Array.BYTES_PER_ELEMENT === 0;
  return isAligned
    ? new Float16Array(blob.buffer, blob.byteOffset, length)
    : new Float16Array(new Uint8Array(blob).buffer);
}

/** Throws unless a BLOB holds `length` half floats. */
export function checkFloat16(blob: Buffer, length: number, column: string): void {
  checkLength(blob, length * Float16Array.BYTES_PER_ELEMENT, column);
}

function checkLength(blob: Buffer, bytes: number, column: string): void {
  if (blob.byteLength !== bytes) {
    throw new AppError(
      'project-invalid',
      `the project file is damaged: ${column} has ${blob.byteLength} bytes instead of ${bytes}`,
      'Scan the folder again with --rescan. Decisions are kept.',
    );
  }
}
