import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it } from 'vitest';
import {
  decodeImage,
  ImageProblem,
  renderForBrowser,
  renderPhotograph,
  renderThumbnail,
  wholeImage,
} from '../../../src/main/images/index.ts';
import { bombPng, buildTiff, gradient, tiffEntries, withExif } from '../../support/imageFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const sizeOf = async (bytes: Buffer) => {
  const { width, height } = await decodeImage(bytes);
  return [width, height];
};

describe('an image for the page', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'is the file itself where browsers show %s',
    async (encoder) => {
      const bytes = await gradient(20, 10)[encoder]();
      expect(await renderForBrowser(wholeImage(bytes))).toEqual({ bytes, contentType: `image/${encoder}` });
    },
  );

  it.each(['bmp', 'tiff', 'pnm'] as const)('is a PNG of the same pixels for %s', async (encoder) => {
    const bytes = await gradient(20, 10)[encoder]();
    const rendered = await renderForBrowser(wholeImage(bytes));
    expect(rendered.contentType).toBe('image/png');
    expect((await decodeImage(rendered.bytes)).rgb).toEqual(new Uint8Array((await decodeImage(bytes)).rgb));
  });

  it('is upright where the browser could not know', async () => {
    const entries = [...tiffEntries(4, 2, 1, [8]), [274, 3, [6]]] as Parameters<
      typeof buildTiff
    >[0]['entries'];
    const { bytes } = await renderForBrowser(wholeImage(buildTiff({ entries, pixels: Buffer.alloc(8, 90) })));
    expect(await sizeOf(bytes)).toEqual([2, 4]);
  });

  it('is refused where it would take the browser’s memory', async () => {
    await expect(renderForBrowser(wholeImage(bombPng(30_000, 30_000)))).rejects.toBeInstanceOf(ImageProblem);
  });
});

describe('a thumbnail', () => {
  it('keeps the proportions, is upright and never larger than the image', async () => {
    const jpeg = await gradient(200, 100).jpeg();
    expect(await sizeOf((await renderThumbnail(wholeImage(jpeg), 50)).bytes)).toEqual([50, 25]);
    expect(await sizeOf((await renderThumbnail(wholeImage(jpeg), 500)).bytes)).toEqual([200, 100]);
    expect(await sizeOf((await renderThumbnail(wholeImage(withExif(jpeg, 6)), 50)).bytes)).toEqual([25, 50]);
    expect(await sizeOf((await renderThumbnail(wholeImage(await gradient(300, 1).png()), 20)).bytes)).toEqual(
      [20, 1],
    );
  });
});

describe('the photograph of a face', () => {
  it.each([
    ['pixels', { left: 100, top: 0, width: 100, height: 200 }],
    ['fractions', { unit: 'fraction', left: 0.25, top: 0, width: 0.25, height: 1 }],
    ['pixels, half outside', { left: 100, top: -200, width: 100, height: 400 }],
  ] as const)('is dimmed around its box, in %s', async (_, box) => {
    const file = join(temporaryFolder(), 'photograph.png');
    const white = Transformer.fromRgbaPixels(Buffer.alloc(400 * 200 * 4, 255), 400, 200);
    writeFileSync(file, await white.png());
    const { bytes } = await renderPhotograph({ path: file }, { kind: 'box', ...box }, 40);
    const { width, height, rgb } = await decodeImage(bytes);
    expect([width, height]).toEqual([40, 20]);
    const lightAt = (x: number, y = 10) => rgb[(y * width + x) * 3] as number;
    expect([lightAt(15), lightAt(15, 19)].every((light) => light > 245)).toBe(true);
    expect([lightAt(4), lightAt(30), lightAt(39, 0)].every((light) => light < 110)).toBe(true);
  });
});
