/** A NumPy array of float32, in C order. */
export interface Float32Npy {
  shape: number[];
  data: Float32Array;
}

const MAGIC = '\x93NUMPY';

/**
 * Parses the bytes of a `.npy` file, format version 1, little-endian float32, C order.
 *
 * @throws Error that says what it is instead
 */
export function readFloat32Npy(bytes: Uint8Array): Float32Npy {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 10 || file.toString('latin1', 0, 6) !== MAGIC) throw new Error('not a NumPy file');
  if (file[6] !== 1) throw new Error(`NumPy format ${file[6]}.${file[7]}, expected 1.0`);
  const dataStart = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, dataStart);

  const descriptor = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  if (descriptor !== '<f4')
    throw new Error(`NumPy array of ${descriptor ?? 'an unknown type'}, expected <f4`);
  if (!/'fortran_order':\s*False/.test(header))
    throw new Error('NumPy array in Fortran order, expected C order');
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (sizes === undefined) throw new Error('NumPy array without a shape');
  const shape = sizes
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);

  const count = shape.reduce((product, size) => product * size, 1);
  if (file.length - dataStart !== count * 4) {
    throw new Error(
      `${file.length - dataStart} bytes of data, expected ${count * 4} for [${shape.join(',')}]`,
    );
  }
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = file.readFloatLE(dataStart + i * 4);
  return { shape, data };
}
