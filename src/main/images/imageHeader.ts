import type { IMAGE_FORMATS } from '../../domain/inference.ts';
import { describeForeignFile } from './foreignFiles.ts';
import { ImageProblem } from './imageProblem.ts';
import { jpegDimensions } from './jpegStructure.ts';
import { readTiffDirectory } from './tiffDirectory.ts';

export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** The facts in a file's header, before any pixel is decoded. */
export interface ImageHeader {
  format: ImageFormat;
  /** Pixels as stored, before the EXIF turn. */
  width: number;
  height: number;
}

/**
 * Recognises a file by its first bytes, whatever its name, and gets its dimensions without decoding.
 *
 * @throws ImageProblem for a file that is no image, or that ends within its header.
 */
export function readHeader(bytes: Buffer): ImageHeader {
  const format = formatOf(bytes);
  if (format === null) throw new ImageProblem(describeForeignFile(bytes));
  try {
    return { format, ...dimensionReaders[format](bytes) };
  } catch (error) {
    if (error instanceof RangeError) throw new ImageProblem(`truncated ${formatTitle(format)}`);
    throw error;
  }
}

/** As people write it: JPEG, WebP, ... */
export function formatTitle(format: ImageFormat): string {
  return format === 'webp' ? 'WebP' : format.toUpperCase();
}

interface Dimensions {
  width: number;
  height: number;
}

/** Buffer's own readers throw a RangeError where a file breaks off. */
const dimensionReaders: Record<ImageFormat, (bytes: Buffer) => Dimensions> = {
  jpeg: jpegDimensions,
  png: (bytes) => ({ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
  gif: (bytes) => ({ width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
  webp: webpDimensions,
  bmp: bmpDimensions,
  tiff: readTiffDirectory,
  avif: avifDimensions,
  pnm: pnmDimensions,
};

function formatOf(bytes: Buffer): ImageFormat | null {
  const latin1 = (from: number, to: number) => bytes.toString('latin1', from, to);
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && (bytes.length < 3 || bytes[2] === 0xff)) return 'jpeg';
  if (latin1(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (/^GIF8[79]a/.test(latin1(0, 6))) return 'gif';
  if (latin1(0, 4) === 'RIFF' && latin1(8, 12) === 'WEBP') return 'webp';
  if (latin1(0, 2) === 'BM' && bytes.length >= 14) return 'bmp';
  if (['II*\0', 'MM\0*'].includes(latin1(0, 4))) return 'tiff';
  if (latin1(4, 8) === 'ftyp' && /avi[fs]/.test(latin1(8, 40))) return 'avif';
  if (/^P[1-7][\s#]/.test(latin1(0, 3))) return 'pnm';
  return null;
}

function webpDimensions(bytes: Buffer): Dimensions {
  const chunk = bytes.toString('latin1', 12, 16);
  if (chunk === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  if (chunk === 'VP8 ')
    return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
  if (chunk === 'VP8L') {
    const packed = bytes.readUInt32LE(21);
    return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
  }
  throw new ImageProblem(bytes.length < 30 ? 'truncated WebP' : 'damaged WebP');
}

function bmpDimensions(bytes: Buffer): Dimensions {
  if (bytes.readUInt32LE(14) === 12) return { width: bytes.readUInt16LE(18), height: bytes.readUInt16LE(20) };
  return { width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
}

/** The largest `ispe` (image spatial extents) property: that of the image, or of the grid that it is tiled in. */
function avifDimensions(bytes: Buffer): Dimensions {
  let largest: Dimensions = { width: 0, height: 0 };
  for (let at = bytes.indexOf('ispe'); at !== -1; at = bytes.indexOf('ispe', at + 4)) {
    const found = { width: bytes.readUInt32BE(at + 8), height: bytes.readUInt32BE(at + 12) };
    if (found.width * found.height > largest.width * largest.height) largest = found;
    if (at > 1 << 16) break;
  }
  if (largest.width === 0) throw new ImageProblem('damaged AVIF');
  return largest;
}

function pnmDimensions(bytes: Buffer): Dimensions {
  const text = bytes.toString('latin1', 2, 4096).replace(/#[^\n\r]*/g, ' ');
  const plain = /^\s+(\d{1,9})\s+(\d{1,9})\s/;
  const arbitrary = /^\s+WIDTH\s+(\d{1,9})\s+HEIGHT\s+(\d{1,9})\s/; // PAM
  const [, width, height] = plain.exec(text) ?? arbitrary.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new ImageProblem('damaged PNM');
  return { width: Number(width), height: Number(height) };
}
