import { ImageProblem } from './imageProblem.ts';

/** The facts about a TIFF's image in its first directory. */
export interface TiffDirectory {
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Numbers of TIFF 6.0: 1 for none, 5 for LZW, 8 and 32946 for deflate. */
  compression: number;
  /** The strips or tiles of pixels, as stored. */
  pieces: { offset: number; bytes: number }[];
  /** Bytes of a strip or tile of pixels, unpacked. */
  pieceBytes: number;
  /** Offset of the pointer to the next directory. */
  nextPointer: number;
  /** Offsets of entries that say nothing of the pixels: links to further directories, maker's notes, texts. */
  foreignEntries: number[];
}

const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;
/**
 * All that pixels are decoded by: those above, photometric interpretation, fill order, planes, fax options, predictor,
 * palette, extra samples, sample format, JPEG tables, YCbCr.
 */
const PIXEL_TAGS = new Set<number>([
  ...Object.values(TAG),
  ...[262, 266, 284, 292, 293, 317, 320, 338, 339, 347],
  ...[512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532],
]);
/** A tag of no meaning, with one byte inside its entry. */
const EMPTY_ENTRY = { tag: 0xfffe, type: 1, count: 1 };
/** Bytes of each field type, TIFF 6.0 section 2. */
const TYPE_SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MOST_SAMPLES = 8;
/** Of 100 megapixels in tiles of 16 x 16 there are 390,625. */
const MOST_PIECES = 400_000;

/**
 * Reads the first directory, and refuses a file whose values or pixel strips are beyond its end: decoders
 * fill those with nothing. A tiny file can claim any number of values; only existing ones are read.
 *
 * @throws ImageProblem, or RangeError if the file is cut off.
 */
export function readTiffDirectory(bytes: Buffer): TiffDirectory {
  const little = bytes[0] === 0x49;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const start = u32(4);
  const entries = u16(start);
  const nextPointer = start + 2 + 12 * entries;
  u32(nextPointer);
  const fields = new Map<number, { count: number; valueAt(index: number): number }>();
  const foreignEntries: number[] = [];

  for (let at = start + 2; at < nextPointer; at += 12) {
    const [tag, type, count] = [u16(at), u16(at + 2), u32(at + 4)];
    if (!PIXEL_TAGS.has(tag)) {
      foreignEntries.push(at);
      continue;
    }
    const valueSize = TYPE_SIZES[type] ?? 0;
    if (valueSize === 0) throw new ImageProblem('damaged TIFF');
    const size = valueSize * count;
    const from = size <= 4 ? at + 8 : u32(at + 8);
    if (from + size > bytes.length) throw new RangeError('a value is beyond the end of the file');
    if (type !== 3 && type !== 4) continue;
    const valueAt = (index: number) => (type === 3 ? u16(from + 2 * index) : u32(from + 4 * index));
    fields.set(tag, { count, valueAt });
  }

  const number = (tag: number, fallback: number) => {
    const field = fields.get(tag);
    return field === undefined || field.count === 0 ? fallback : field.valueAt(0);
  };
  const offsets = fields.get(TAG.stripOffsets) ?? fields.get(TAG.tileOffsets);
  const sizes = fields.get(TAG.stripByteCounts) ?? fields.get(TAG.tileByteCounts);
  if (offsets === undefined || offsets.count === 0) throw new ImageProblem('a TIFF without an image');
  if (offsets.count > MOST_PIECES) throw new ImageProblem('a TIFF with too many strips or tiles');
  const samples = number(TAG.samplesPerPixel, 1);
  if (samples > MOST_SAMPLES) throw new ImageProblem('a TIFF with more than 8 channels');
  const pieces = Array.from({ length: offsets.count }, (_, index) => ({
    offset: offsets.valueAt(index),
    bytes: sizes !== undefined && index < sizes.count ? sizes.valueAt(index) : 1,
  }));
  if (pieces.some(({ offset, bytes: size }) => offset + size > bytes.length)) {
    throw new RangeError('pixels are beyond the end of the file');
  }
  const [width, height] = [number(TAG.width, 0), number(TAG.height, 0)];
  const pieceWidth = number(TAG.tileWidth, width);
  const pieceHeight = number(TAG.tileHeight, Math.min(height, number(TAG.rowsPerStrip, height)));
  const orientation = number(TAG.orientation, 1);
  return {
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    compression: number(TAG.compression, 1),
    pieces,
    pieceBytes: Math.ceil((pieceWidth * samples * number(TAG.bitsPerSample, 1)) / 8) * pieceHeight,
    nextPointer,
    foreignEntries,
  };
}

/**
 * A copy with the first directory and the tags needed for decoding: a decoder would follow other directories
 * wherever they lead, even in circles, and read as many values as any entry claims. It has a buffer of its
 * own.
 */
export function pixelsAlone(bytes: Buffer, { nextPointer, foreignEntries }: TiffDirectory): Buffer {
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  const little = bytes[0] === 0x49;
  const writeU16 = (value: number, at: number) =>
    little ? copy.writeUInt16LE(value, at) : copy.writeUInt16BE(value, at);
  const writeU32 = (value: number, at: number) =>
    little ? copy.writeUInt32LE(value, at) : copy.writeUInt32BE(value, at);
  writeU32(0, nextPointer);
  for (const entry of foreignEntries) {
    writeU16(EMPTY_ENTRY.tag, entry);
    writeU16(EMPTY_ENTRY.type, entry + 2);
    writeU32(EMPTY_ENTRY.count, entry + 4);
  }
  return copy;
}
