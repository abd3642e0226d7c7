import { ImageProblem } from './imageProblem.ts';

/** What a TIFF's first directory says of its image. */
export interface TiffDirectory {
  width: number;
  height: number;
  /** EXIF orientation, 1 to 8. */
  orientation: number;
  /** Offset of the pointer to the next directory. */
  nextPointer: number;
  /** Offsets of entries that lead to further directories or maker's notes. */
  linkEntries: number[];
}

const TAG = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  stripByteCounts: 279,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;
/** SubIFDs, EXIF, GPS, interoperability, maker's notes, private data. */
const LINK_TAGS = new Set([330, 34665, 34853, 40965, 37500, 50740, 61440]);
/** Bytes of each field type, TIFF 6.0 section 2. */
const TYPE_SIZES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const MOST_SAMPLES = 8;

/**
 * Reads the first directory, and refuses a file whose values or strips of pixels lie beyond its end: decoders
 * fill those with nothing.
 *
 * @throws ImageProblem, or RangeError where the file breaks off.
 */
export function readTiffDirectory(bytes: Buffer): TiffDirectory {
  const little = bytes[0] === 0x49;
  const u16 = (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const start = u32(4);
  const entries = u16(start);
  const nextPointer = start + 2 + 12 * entries;
  u32(nextPointer);
  const numbers = new Map<number, number[]>();
  const linkEntries: number[] = [];

  for (let at = start + 2; at < nextPointer; at += 12) {
    const [tag, type, count] = [u16(at), u16(at + 2), u32(at + 4)];
    if (LINK_TAGS.has(tag)) linkEntries.push(at);
    const size = (TYPE_SIZES[type] ?? 0) * count;
    const from = size <= 4 ? at + 8 : u32(at + 8);
    if (from + size > bytes.length) throw new RangeError('a value lies beyond the end');
    if (!(Object.values(TAG) as number[]).includes(tag) || (type !== 3 && type !== 4)) continue;
    const read =
      type === 3 ? (index: number) => u16(from + 2 * index) : (index: number) => u32(from + 4 * index);
    numbers.set(
      tag,
      Array.from({ length: count }, (_, index) => read(index)),
    );
  }

  const first = (tag: number, fallback: number) => numbers.get(tag)?.[0] ?? fallback;
  const pieces = numbers.get(TAG.stripOffsets) ?? numbers.get(TAG.tileOffsets) ?? [];
  const sizes = numbers.get(TAG.stripByteCounts) ?? numbers.get(TAG.tileByteCounts) ?? [];
  if (pieces.some((offset, index) => offset + (sizes[index] ?? 1) > bytes.length)) {
    throw new RangeError('pixels lie beyond the end');
  }
  if (pieces.length === 0) throw new ImageProblem('a TIFF without an image');
  if (first(TAG.samplesPerPixel, 1) > MOST_SAMPLES) throw new ImageProblem('a TIFF of more than 8 channels');
  const orientation = first(TAG.orientation, 1);
  return {
    width: first(TAG.width, 0),
    height: first(TAG.height, 0),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
    nextPointer,
    linkEntries,
  };
}
