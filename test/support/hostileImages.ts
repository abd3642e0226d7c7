import zlib from 'node:zlib';
import { buildPng, buildTiff, tiffEntries } from './imageFiles.ts';

/** Small files that take a decoder for ever, or all memory there is. */
type TiffEntries = ReturnType<typeof tiffEntries>;

const COLOURS = Array.from({ length: 768 }, (_, index) => (index * 85) % 65536);

/** Entries of a palette image, which the native decoder hands on to the one in script. */
function paletteEntries(width: number, height: number, compression: number): TiffEntries {
  const plain = tiffEntries(width, height, 3, [8]).filter(([tag]) => tag !== 259);
  return [...plain, [259, 3, [compression]], [320, 3, COLOURS]];
}

/** LZW codes that refer to undefined entries: the JavaScript decoder never ends. */
export function endlessTiff(): Buffer {
  return buildTiff({ entries: paletteEntries(64, 64, 5), pixels: Buffer.alloc(2000, 0xaa) });
}

/** A picture of 16 x 16 whose pixels unpack to this many bytes. */
export function deflateBombTiff(bytes: number): Buffer {
  return buildTiff({ entries: paletteEntries(16, 16, 8), pixels: zlib.deflateSync(Buffer.alloc(bytes)) });
}

/** A directory of a few bytes, an entry of which claims four thousand million values of no known type. */
export function manyValuesTiff(): Buffer {
  const entries = [...paletteEntries(2, 2, 1), [700, 3, [0]]] as TiffEntries;
  const tiff = buildTiff({ entries, pixels: Buffer.of(1, 2, 3, 4) });
  const entry = Array.from({ length: tiff.readUInt16LE(8) }, (_, index) => 10 + 12 * index).find(
    (at) => tiff.readUInt16LE(at) === 700,
  ) as number;
  tiff.writeUInt16LE(16, entry + 2);
  tiff.writeUInt32LE(0xffffffff, entry + 4);
  return tiff;
}

/** A picture of 16 x 16 whose colour profile unpacks to this many bytes, as the native decoder does. */
export function profileBombPng(bytes: number): Buffer {
  const profile = Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateZeros(bytes)]);
  const rows = Array.from({ length: 16 }, () => Buffer.alloc(48, 100));
  return buildPng({ width: 16, height: 16, bitDepth: 8, colourType: 2, rows, extra: [['iCCP', profile]] });
}

/** Zeros, packed without holding them all. */
function deflateZeros(bytes: number): Buffer {
  const piece = 1 << 20;
  const packed: Buffer[] = [];
  // A stored deflate block per piece would not pack; blocks of one stream are joined at byte boundaries instead.
  const raw = zlib.deflateRawSync(Buffer.alloc(piece), { finishFlush: zlib.constants.Z_FULL_FLUSH });
  for (let written = 0; written < bytes; written += piece) packed.push(raw);
  return Buffer.concat([Buffer.of(0x78, 0x9c), ...packed, Buffer.of(3, 0), Buffer.alloc(4)]);
}

/** One pixel wide and very tall. */
export function narrowPng(height: number): Buffer {
  const rows = Array.from({ length: Math.min(height, 100_000) }, () => Buffer.of(0));
  return buildPng({ width: 1, height, bitDepth: 8, colourType: 0, rows });
}
