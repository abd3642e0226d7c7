import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.ts';

export type FloatType = '<f2' | '<f4' | '<f8' | '>f4' | '>f8';

/** `numpy.save` of a matrix, by rows or (`isFortranOrder`) by columns. */
export function npyMatrix(
  rows: readonly (readonly number[])[],
  type: FloatType = '<f8',
  isFortranOrder = false,
): Buffer {
  const columns = rows[0]?.length ?? 0;
  const shape = `(${rows.length}, ${columns})`;
  const header = `{'descr': '${type}', 'fortran_order': ${isFortranOrder ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const text = `${header.padEnd(117)}\n`;
  const start = Buffer.from('\x93NUMPY\x01\0\0\0', 'latin1');
  start.writeUInt16LE(text.length, 8);
  const bytes = Number(type[2]);
  const data = Buffer.alloc(rows.length * columns * bytes);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (const [row, values] of rows.entries()) {
    for (const [column, value] of values.entries()) {
      const at = bytes * (isFortranOrder ? column * rows.length + row : row * columns + column);
      const isLittle = type.startsWith('<');
      if (bytes === 2) view.setFloat16(at, value, isLittle);
      else if (bytes === 4) view.setFloat32(at, value, isLittle);
      else view.setFloat64(at, value, isLittle);
    }
  }
  return Buffer.concat([start, Buffer.from(text, 'latin1'), data]);
}

/** A file in a folder of its own, removed when the test ends. */
export function predictionFile(name: string, content: string | Uint8Array): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, content);
  return file;
}

/** Predictions of a confident model: `.97` for the class that it predicts. */
export function sureOf(read: string, classes: readonly string[]): number[] {
  return classes.map((name) => (name === read ? 0.97 : 0.03 / (classes.length - 1)));
}
