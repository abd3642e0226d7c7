import zlib from 'node:zlib';
import { Transformer } from '@napi-rs/image';

export type Pixel = [red: number, green: number, blue: number, alpha?: number];

/** A picture by formula, as RGBA [H*W*4]. */
export function paint(width: number, height: number, colourAt: (x: number, y: number) => Pixel): Buffer {
  const rgba = Buffer.alloc(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const [red, green, blue, alpha = 255] = colourAt(x, y);
      rgba.set([red, green, blue, alpha], at);
    }
  }
  return rgba;
}

/** Smooth colours without symmetry, so that a turned or shifted copy differs. */
export function gradient(width: number, height: number): Transformer {
  const colourAt = (x: number, y: number): Pixel => [
    (255 * x) / width,
    (255 * y) / height,
    128 + 100 * Math.sin((x + 2 * y) / 9),
  ];
  return Transformer.fromRgbaPixels(paint(width, height, colourAt), width, height);
}

/** Black in the upper left quarter, white elsewhere. */
export function corner(width: number, height: number): Transformer {
  const colourAt = (x: number, y: number): Pixel =>
    x < width / 2 && y < height / 2 ? [0, 0, 0] : [255, 255, 255];
  return Transformer.fromRgbaPixels(paint(width, height, colourAt), width, height);
}

export interface PngParts {
  width: number;
  height: number;
  bitDepth: number;
  /** PNG's own: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  colourType: number;
  /** One per line, without the filter byte. */
  rows: Uint8Array[];
  palette?: number[];
  /** Further chunks before the pixels. */
  extra?: [type: string, data: Buffer][];
}

/** A PNG with exactly these chunks, for kinds that no encoder here writes. */
export function buildPng({
  width,
  height,
  bitDepth,
  colourType,
  rows,
  palette,
  extra = [],
}: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType], 8);
  const lines = Buffer.concat(rows.flatMap((row) => [Buffer.of(0), row]));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...extra.map(([type, data]) => pngChunk(type, data)),
    ...(palette ? [pngChunk('PLTE', Buffer.from(palette))] : []),
    pngChunk('IDAT', zlib.deflateSync(lines)),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A valid start that claims to be enormous. */
export function bombPng(width: number, height: number): Buffer {
  return buildPng({ width, height, bitDepth: 8, colourType: 0, rows: [Buffer.alloc(1000)] });
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(zlib.crc32(body), body.length + 4);
  return frame;
}

/** The TIFF block of EXIF data with only the orientation. */
export function exifOrientation(orientation: number): Buffer {
  return buildTiff({ entries: [[274, 3, [orientation]]], littleEndian: false });
}

/** A JPEG with EXIF put behind its start. */
export function withExif(jpeg: Buffer, orientation: number): Buffer {
  const exif = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exifOrientation(orientation)]);
  const segment = Buffer.alloc(4);
  segment.writeUInt16BE(0xffe1, 0);
  segment.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, exif, jpeg.subarray(2)]);
}

/** A plain WebP put into the extended container, with EXIF behind its pixels. */
export function withWebpExif(webp: Buffer, orientation: number, width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const canvas = Buffer.alloc(10);
  canvas[0] = 0x08; // has EXIF
  canvas.writeUIntLE(width - 1, 4, 3);
  canvas.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP', 'latin1'),
    chunk('VP8X', canvas),
    webp.subarray(12),
    chunk('EXIF', exifOrientation(orientation)),
  ]);
  return chunk('RIFF', body);
}

type TiffEntry = [tag: number, type: 3 | 4, values: number[]];

/** A TIFF of one directory; an entry of tag 273 (strip offsets) is filled in where `pixels` are given. */
export function buildTiff({
  entries,
  pixels,
  littleEndian = true,
}: {
  entries: TiffEntry[];
  pixels?: Uint8Array;
  littleEndian?: boolean;
}): Buffer {
  const own: TiffEntry[] = pixels
    ? [
        [273, 4, [0]],
        [279, 4, [pixels.length]],
      ]
    : [];
  const sorted = [...entries, ...own].sort((a, b) => a[0] - b[0]);
  const directoryEnd = 8 + 2 + 12 * sorted.length + 4;
  const values: Buffer[] = [];
  const bytes = Buffer.alloc(directoryEnd);
  const u16 = (buffer: Buffer, value: number, at: number) =>
    littleEndian ? buffer.writeUInt16LE(value, at) : buffer.writeUInt16BE(value, at);
  const u32 = (buffer: Buffer, value: number, at: number) =>
    littleEndian ? buffer.writeUInt32LE(value, at) : buffer.writeUInt32BE(value, at);
  bytes.write(littleEndian ? 'II' : 'MM', 'latin1');
  u16(bytes, 42, 2);
  u32(bytes, 8, 4);
  u16(bytes, sorted.length, 8);
  let free = directoryEnd;
  let stripOffsetAt = 0;
  sorted.forEach(([tag, type, numbers], index) => {
    const at = 10 + 12 * index;
    const size = type === 3 ? 2 : 4;
    const data = Buffer.alloc(Math.max(4, size * numbers.length));
    numbers.forEach((number, place) => {
      (type === 3 ? u16 : u32)(data, number, place * size);
    });
    u16(bytes, tag, at);
    u16(bytes, type, at + 2);
    u32(bytes, numbers.length, at + 4);
    if (tag === 273) stripOffsetAt = at + 8;
    if (data.length <= 4) data.copy(bytes, at + 8);
    else {
      u32(bytes, free, at + 8);
      values.push(data);
      free += data.length;
    }
  });
  if (pixels) u32(bytes, free, stripOffsetAt);
  return Buffer.concat([bytes, ...values, ...(pixels ? [pixels] : [])]);
}

/** Entries of an uncompressed TIFF. */
export function tiffEntries(
  width: number,
  height: number,
  photometric: number,
  bitsPerSample: number[],
): TiffEntry[] {
  return [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, bitsPerSample],
    [259, 3, [1]],
    [262, 3, [photometric]],
    [277, 3, [bitsPerSample.length]],
    [278, 4, [height]],
  ];
}
