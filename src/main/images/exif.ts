import { avifOrientation } from './avifOrientation.ts';
import type { ImageFormat } from './imageHeader.ts';

const ORIENTATION_TAG = 274;
const SHORT = 3;
const EXIF_SIGNATURE = Buffer.from('Exif\0\0', 'latin1');

/**
 * EXIF's orientation, 1 to 8; 1 if a JPEG, PNG or WebP has none or it is damaged. (The native decoder
 * supports JPEGs only.) AVIF has properties of its own for it.
 */
export function readOrientation(bytes: Buffer, format: ImageFormat): number {
  try {
    if (format === 'avif') return avifOrientation(bytes);
    const block = blockFinders[format]?.(bytes) ?? null;
    return block === null ? 1 : orientationIn(block);
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/** Where each format keeps EXIF's data, which is a TIFF of one directory. */
const blockFinders: Partial<Record<ImageFormat, (bytes: Buffer) => Buffer | null>> = {
  jpeg: (bytes) => {
    for (let at = 2; bytes.readUInt8(at) === 0xff && bytes.readUInt8(at + 1) !== 0xda; ) {
      const end = at + 2 + bytes.readUInt16BE(at + 2);
      const isExif = bytes[at + 1] === 0xe1 && bytes.subarray(at + 4, at + 10).equals(EXIF_SIGNATURE);
      if (isExif) return bytes.subarray(at + 10, end);
      at = end;
    }
    return null;
  },
  png: (bytes) => {
    for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
      const isExif = bytes.toString('latin1', at + 4, at + 8) === 'eXIf';
      if (isExif) return bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    }
    return null;
  },
  webp: (bytes) => {
    for (let at = 12; at + 8 <= bytes.length; ) {
      const size = bytes.readUInt32LE(at + 4);
      const block = bytes.subarray(at + 8, at + 8 + size);
      if (bytes.toString('latin1', at, at + 4) === 'EXIF') {
        return block.subarray(0, 6).equals(EXIF_SIGNATURE) ? block.subarray(6) : block;
      }
      at += 8 + size + (size % 2);
    }
    return null;
  },
};

function orientationIn(block: Buffer): number {
  const little = block.readUInt8(0) === 0x49;
  const u16 = (at: number) => (little ? block.readUInt16LE(at) : block.readUInt16BE(at));
  const start = little ? block.readUInt32LE(4) : block.readUInt32BE(4);
  for (let entry = 0; entry < u16(start); entry++) {
    const at = start + 2 + 12 * entry;
    if (u16(at) !== ORIENTATION_TAG || u16(at + 2) !== SHORT) continue;
    const orientation = u16(at + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}
