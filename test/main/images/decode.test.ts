import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { decodeImage, ImageProblem, readImageFile } from '../../../src/main/images/index.ts';
import { makeTemporaryFolder } from '../../support/datasetTree.ts';
import {
  bombPng,
  buildPng,
  buildTiff,
  corner,
  exifOrientation,
  gradient,
  tiffEntries,
  withExif,
  withWebpExif,
} from '../../support/imageFiles.ts';

/** The problem in an image's row. */
async function problemOf(bytes: Buffer): Promise<string> {
  return decodeImage(bytes).then(
    ({ width, height }) => `decoded as ${width} x ${height}`,
    (error: unknown) => (error instanceof ImageProblem ? error.reason : `not an ImageProblem: ${error}`),
  );
}

async function pixelsOf(bytes: Buffer): Promise<number[]> {
  return [...(await decodeImage(bytes)).rgb];
}

describe('formats', () => {
  const lossless = { png: 'png', webpLossless: 'webp', bmp: 'bmp', tiff: 'tiff', pnm: 'pnm' } as const;

  it.each(Object.entries(lossless))('%s gives the pixels that went in', async (encoder, format) => {
    const wanted = await decodeImage(await gradient(31, 22).png());
    const decoded = await decodeImage(await gradient(31, 22)[encoder as keyof typeof lossless]());
    expect(decoded).toMatchObject({ width: 31, height: 22, format });
    expect(Buffer.from(decoded.rgb).equals(Buffer.from(wanted.rgb))).toBe(true);
  });

  it.each(['jpeg', 'webp', 'avif'] as const)('%s gives nearly the pixels that went in', async (encoder) => {
    const wanted = (await decodeImage(await gradient(64, 48).png())).rgb;
    const decoded = await decodeImage(await gradient(64, 48)[encoder]());
    const differences = decoded.rgb.reduce(
      (sum, value, at) => sum + Math.abs(value - (wanted[at] as number)),
      0,
    );
    expect(decoded).toMatchObject({ width: 64, height: 48, format: encoder });
    expect(differences / wanted.length).toBeLessThan(8);
  });

  it('16-bit grey and colour keep their upper byte', async () => {
    const grey = {
      width: 2,
      height: 1,
      bitDepth: 16,
      colourType: 0,
      rows: [Buffer.from([0x12, 0xff, 0x80, 0x01])],
    };
    expect(await pixelsOf(buildPng(grey))).toEqual([0x12, 0x12, 0x12, 0x80, 0x80, 0x80]);
    const colour = {
      width: 1,
      height: 1,
      bitDepth: 16,
      colourType: 2,
      rows: [Buffer.from([1, 255, 2, 0, 3, 9])],
    };
    expect(await pixelsOf(buildPng(colour))).toEqual([1, 2, 3]);
  });

  it('16-bit TIFF of either byte order keeps its upper byte', async () => {
    const entries = tiffEntries(2, 1, 1, [16]);
    const little = buildTiff({ entries, pixels: Buffer.from([0xff, 0x12, 0x01, 0x80]) });
    const big = buildTiff({ entries, pixels: Buffer.from([0x12, 0xff, 0x80, 0x01]), littleEndian: false });
    expect(await pixelsOf(little)).toEqual([0x12, 0x12, 0x12, 0x80, 0x80, 0x80]);
    expect(await pixelsOf(big)).toEqual([0x12, 0x12, 0x12, 0x80, 0x80, 0x80]);
  });

  it('one-bit images and palettes become colours', async () => {
    const bits = { width: 3, height: 1, bitDepth: 1, colourType: 0, rows: [Buffer.of(0b10100000)] };
    expect(await pixelsOf(buildPng(bits))).toEqual([255, 255, 255, 0, 0, 0, 255, 255, 255]);
    const palette = { width: 2, height: 1, bitDepth: 8, colourType: 3, rows: [Buffer.of(1, 0)] };
    expect(await pixelsOf(buildPng({ ...palette, palette: [10, 20, 30, 40, 50, 60] }))).toEqual([
      40, 50, 60, 10, 20, 30,
    ]);
  });

  it('a palette TIFF, which the native decoder refuses, is decoded', async () => {
    const map = [0, 1, 2].flatMap((channel) =>
      Array.from({ length: 256 }, (_, i) => ((i + channel) % 256) * 257),
    );
    const entries = [...tiffEntries(2, 1, 3, [8]), [320, 3, map] as [number, 3, number[]]];
    expect(await pixelsOf(buildTiff({ entries, pixels: Buffer.of(7, 200) }))).toEqual([
      7, 8, 9, 200, 201, 202,
    ]);
  });

  it('transparent parts are seen over mid-grey', async () => {
    const rows = [Buffer.of(200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128)];
    const rgba = buildPng({ width: 3, height: 1, bitDepth: 8, colourType: 6, rows });
    expect(await pixelsOf(rgba)).toEqual([200, 100, 50, 128, 128, 128, 164, 114, 89]);
    const grey = buildPng({
      width: 2,
      height: 1,
      bitDepth: 8,
      colourType: 4,
      rows: [Buffer.of(9, 255, 9, 0)],
    });
    expect(await pixelsOf(grey)).toEqual([9, 9, 9, 128, 128, 128]);
  });
});

describe('EXIF orientation', () => {
  /** Where the black quarter of an 8 x 16 image goes, as [right, down], for orientations 1 to 8. */
  const cornerAt = [
    [0, 0], [1, 0], [1, 1], [0, 1], [0, 0], [1, 0], [1, 1], [0, 1],
  ]; // biome-ignore format: one line reads best
  const isBlackIn = async (bytes: Buffer, [right, down]: number[]) => {
    const { width, height, rgb } = await decodeImage(bytes);
    const x = Math.floor(width * (right ? 0.8 : 0.2));
    const y = Math.floor(height * (down ? 0.8 : 0.2));
    return { width, height, isBlack: (rgb[(y * width + x) * 3] as number) < 100 };
  };

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i is turned in JPEG, PNG, WebP and TIFF', async (orientation) => {
    const [width, height] = orientation >= 5 ? [16, 8] : [8, 16];
    const wanted = { width, height, isBlack: true };
    const place = cornerAt[orientation - 1] as number[];
    const jpeg = withExif(await corner(8, 16).jpeg(95), orientation);
    expect(await isBlackIn(jpeg, place)).toEqual(wanted);

    const rows = Array.from({ length: 16 }, (_, y) =>
      Buffer.from(y < 8 ? '00000000ffffffff' : 'ff'.repeat(8), 'hex').subarray(0, 8),
    );
    const extra: [string, Buffer][] = [['eXIf', exifOrientation(orientation)]];
    expect(
      await isBlackIn(buildPng({ width: 8, height: 16, bitDepth: 8, colourType: 0, rows, extra }), place),
    ).toEqual(wanted);

    const webp = withWebpExif(await corner(8, 16).webpLossless(), orientation, 8, 16);
    expect(await isBlackIn(webp, place)).toEqual(wanted);

    const entries = [...tiffEntries(8, 16, 1, [8]), [274, 3, [orientation]] as [number, 3, number[]]];
    expect(await isBlackIn(buildTiff({ entries, pixels: Buffer.concat(rows) }), place)).toEqual(wanted);
  });
});

describe('files that are no usable image say why', () => {
  it.each([
    ['', 'empty file'],
    ['<!DOCTYPE html><html>not found</html>', 'not an image (HTML text)'],
    ['\ufeff<html>', 'not an image (HTML text)'],
    ['{"error": 404}', 'not an image (JSON text)'],
    [
      'version https://git-lfs.github.com/spec/v1',
      'not an image (Git LFS pointer: the image itself was not downloaded)',
    ],
    ['just words', 'not an image (text)'],
    ['\0'.repeat(600), 'not an image (nothing but zeros)'],
    ['....ftypheic....', 'HEIC images cannot be read; convert it to PNG'],
  ])('%j: %s', async (content, reason) => {
    expect(await problemOf(Buffer.from(content))).toBe(reason);
  });

  it.each(['jpeg', 'png', 'webp', 'bmp', 'pnm', 'avif', 'tiff'] as const)(
    'a %s that breaks off is refused',
    async (encoder) => {
      const whole = await gradient(64, 64)[encoder]();
      const title = encoder === 'webp' ? 'WebP' : encoder.toUpperCase();
      for (const share of [0.98, 0.7, 0.4]) {
        expect(await problemOf(whole.subarray(0, Math.floor(whole.length * share)))).toBe(
          `truncated ${title}`,
        );
      }
    },
  );

  it('a JPEG that breaks off within its first bytes, or ends before its end marker, is truncated', async () => {
    const whole = await gradient(64, 64).jpeg();
    for (const length of [3, 20, 100, whole.length - 1]) {
      expect(await problemOf(whole.subarray(0, length))).toBe('truncated JPEG');
    }
    const padded = Buffer.concat([whole.subarray(0, whole.length / 2), Buffer.alloc(5000)]);
    expect(await problemOf(padded)).toBe('truncated JPEG');
  });

  it('the end marker of an embedded thumbnail does not count', async () => {
    const whole = await gradient(64, 64).jpeg();
    const thumbnail = await gradient(16, 16).jpeg();
    const segment = Buffer.from([0xff, 0xe1, 0, 0]);
    segment.writeUInt16BE(thumbnail.length + 2, 2);
    const carrying = Buffer.concat([whole.subarray(0, 2), segment, thumbnail, whole.subarray(2)]);
    expect(await problemOf(carrying)).toBe('decoded as 64 x 64');
    expect(await problemOf(carrying.subarray(0, carrying.length - 200))).toBe('truncated JPEG');
  });

  it('what follows the end of an image is of no matter', async () => {
    expect(await problemOf(Buffer.concat([await gradient(8, 8).jpeg(), Buffer.alloc(3000)]))).toBe(
      'decoded as 8 x 8',
    );
  });

  it('a file of a few bytes that claims to be enormous is refused before it is decoded', async () => {
    expect(await problemOf(bombPng(40_000, 40_000))).toBe(
      '40000 x 40000 pixels exceed the limit of 100 megapixels',
    );
    const tiff = buildTiff({ entries: tiffEntries(60_000, 60_000, 1, [8]), pixels: Buffer.alloc(10) });
    expect(await problemOf(tiff)).toBe('60000 x 60000 pixels exceed the limit of 100 megapixels');
    const bmp = await gradient(2, 2).bmp();
    bmp.writeInt32LE(50_000, 18);
    bmp.writeInt32LE(-50_000, 22);
    expect(await problemOf(bmp)).toBe('50000 x 50000 pixels exceed the limit of 100 megapixels');
  });

  it('damage within the file is distinguished from a file that is cut off', async () => {
    const png = await gradient(64, 64).png();
    png.fill(0, 60, 400);
    expect(await problemOf(png)).toBe('damaged PNG');
  });

  it('a TIFF whose directories lead in a circle ends', async () => {
    const map = Array.from({ length: 768 }, () => 0);
    const entries = [...tiffEntries(2, 1, 3, [8]), [320, 3, map], [330, 4, [8]]] as Parameters<
      typeof buildTiff
    >[0]['entries'];
    const circular = buildTiff({ entries, pixels: Buffer.of(7, 200) });
    circular.writeUInt32LE(8, 10 + 12 * (entries.length + 2));
    expect(await problemOf(circular)).toBe('decoded as 2 x 1');
  });

  it('GIF is refused with what to do', async () => {
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    expect(await problemOf(gif)).toBe('GIF images cannot be read; convert it to PNG');
  });

  it('never throws anything but an ImageProblem, whatever bytes follow a signature', async () => {
    const starts = [
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      Buffer.from([0xff, 0xd8, 0xff, 0xe0]),
      Buffer.from('II*\0', 'latin1'),
      Buffer.from('RIFF....WEBPVP8 ', 'latin1'),
      Buffer.from('BM'),
      Buffer.from('....ftypavif'),
      Buffer.from('P6 '),
    ];
    for (const start of starts) {
      for (const length of [0, 1, 9, 40, 300]) {
        const noise = Buffer.from(Array.from({ length }, (_, index) => (index * 97 + length * 31) % 256));
        expect(await problemOf(Buffer.concat([start, noise]))).not.toMatch(/^not an ImageProblem/);
      }
    }
  });
});

describe('reading the file', () => {
  it('says what is wrong with a path', async () => {
    const folder = await makeTemporaryFolder(onTestFinished);
    await mkdir(path.join(folder, 'sub.jpg'));
    await writeFile(path.join(folder, 'large.jpg'), '');
    await truncate(path.join(folder, 'large.jpg'), 257 * 2 ** 20);
    const read = (name: string) => readImageFile(path.join(folder, name));
    await expect(read('gone.jpg')).rejects.toThrow('file not found');
    await expect(read('sub.jpg')).rejects.toThrow('a folder, not a file');
    await expect(read('large.jpg')).rejects.toThrow('257 MiB exceed the limit of 256 MiB');
    await expect(read('gone.jpg')).rejects.toBeInstanceOf(ImageProblem);
  });
});
