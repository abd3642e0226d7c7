import { readNpyHeader } from './npyHeader.ts';

/** A NumPy file of one number or one short text, as AffectNet keeps its labels. */
interface NpyScalar {
  /** As text. */
  value: string;
  /** NumPy's type: `<i8`, `<U2`, `|S1`, ... */
  type: string;
}

/** @throws Error that says what it is instead */
export function readNpyScalar(bytes: Buffer): NpyScalar {
  const { type, dataStart } = readHeader(bytes);
  const data = bytes.subarray(dataStart);
  const { kind, size, isBig } = partsOf(type);
  if (data.length !== size) throw new Error(`${data.length} bytes of data, expected ${size} of one value`);
  if (kind === 'U') return { type, value: readWide(data, isBig) };
  if (kind === 'S') return { type, value: data.toString('latin1').replace(/\0+$/, '') };
  if (kind === 'f') {
    const read = {
      4: isBig ? 'readFloatBE' : 'readFloatLE',
      8: isBig ? 'readDoubleBE' : 'readDoubleLE',
    } as const;
    const method = read[size as 4 | 8];
    if (method !== undefined) return { type, value: String(data[method]()) };
  } else if (size === 8) {
    return { type, value: String(isBig ? data.readBigInt64BE() : data.readBigInt64LE()) };
  } else {
    return { type, value: String(readInteger(data, size, isBig, kind === 'i')) };
  }
  throw new Error(`NumPy values of type ${type}`);
}

/** The same file with another whole number in it; a text that has no room for it becomes longer. */
export function writeNpyScalar(bytes: Buffer, value: string): Buffer {
  const { type, dataStart } = readHeader(bytes);
  const { kind, size, isBig } = partsOf(type);
  if (kind === 'U' || kind === 'S') {
    const unit = kind === 'U' ? 4 : 1;
    const length = Math.max(size / unit, value.length);
    const data = Buffer.alloc(length * unit);
    for (const [index, character] of [...value].entries()) {
      const code = character.charCodeAt(0);
      if (kind === 'S') data[index] = code;
      else if (isBig) data.writeUInt32BE(code, index * 4);
      else data.writeUInt32LE(code, index * 4);
    }
    const header = bytes.subarray(0, dataStart);
    return Buffer.concat([
      length * unit === size ? header : retyped(header, type, type.replace(/\d+$/, String(length))),
      data,
    ]);
  }
  const data = Buffer.alloc(size);
  const number = Number(value);
  if (kind === 'f') {
    if (size === 8) isBig ? data.writeDoubleBE(number) : data.writeDoubleLE(number);
    else isBig ? data.writeFloatBE(number) : data.writeFloatLE(number);
  } else if (size === 8) isBig ? data.writeBigInt64BE(BigInt(value)) : data.writeBigInt64LE(BigInt(value));
  else isBig ? data.writeIntBE(number, 0, size) : data.writeIntLE(number, 0, size);
  return Buffer.concat([bytes.subarray(0, dataStart), data]);
}

function readHeader(bytes: Buffer): { type: string; dataStart: number } {
  const { type, shape, dataStart } = readNpyHeader(bytes);
  if (shape.some((side) => side !== 1)) {
    throw new Error(
      `a NumPy array of shape (${shape.length === 1 ? `${shape[0]},` : shape.join(', ')}), expected one value`,
    );
  }
  return { type, dataStart };
}

function partsOf(type: string): { kind: string; size: number; isBig: boolean } {
  const match = /^([<>|=]?)([iufUS])(\d+)$/.exec(type);
  if (match === null) throw new Error(`NumPy values of type ${type}`);
  const [, order, kind = '', digits] = match;
  return { kind, size: Number(digits) * (kind === 'U' ? 4 : 1), isBig: order === '>' };
}

function readWide(data: Buffer, isBig: boolean): string {
  let text = '';
  for (let at = 0; at < data.length; at += 4) {
    const code = isBig ? data.readUInt32BE(at) : data.readUInt32LE(at);
    if (code !== 0 && code <= 0x10ffff) text += String.fromCodePoint(code);
  }
  return text;
}

function readInteger(data: Buffer, size: number, isBig: boolean, isSigned: boolean): number {
  if (![1, 2, 4].includes(size)) throw new Error(`NumPy whole numbers of ${size} bytes`);
  if (isSigned) return isBig ? data.readIntBE(0, size) : data.readIntLE(0, size);
  return isBig ? data.readUIntBE(0, size) : data.readUIntLE(0, size);
}

/** A header with another type; its padding makes up for the length where it can. */
function retyped(header: Buffer, before: string, after: string): Buffer {
  const text = header.toString('latin1').replace(`'${before}'`, `'${after}'`);
  const extra = after.length - before.length;
  return Buffer.from(extra > 0 ? text.replace(new RegExp(` {${extra}}\\n$`), '\n') : text, 'latin1');
}
