/** A NumPy file's description of its array. */
interface NpyHeader {
  /** NumPy's type: `<f4`, `>f8`, `<U2`, ... */
  type: string;
  shape: number[];
  /** Columns one after another, and not rows. */
  isFortranOrder: boolean;
  /** Byte at which the values begin. */
  dataStart: number;
}

const MAGIC = '\x93NUMPY';

/**
 * Parses the header of a `.npy` file of any version.
 * @param bytes its start, with the whole header
 * @throws Error that says what it is instead
 */
export function readNpyHeader(bytes: Buffer): NpyHeader {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== MAGIC) throw new Error('not a NumPy file');
  const isOld = bytes[6] === 1;
  const dataStart = isOld ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8);
  if (dataStart > bytes.length) throw new Error('a truncated NumPy file');
  const header = bytes.toString('latin1', isOld ? 10 : 12, dataStart);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined) throw new Error('a NumPy file without type or shape');
  return {
    type,
    shape: shape
      .split(',')
      .filter((side) => side.trim() !== '')
      .map(Number),
    isFortranOrder: /'fortran_order':\s*True/.test(header),
    dataStart,
  };
}
