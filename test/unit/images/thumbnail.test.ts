import { describe, expect, it } from 'vitest';
import {
  decodeImage,
  ImageProblem,
  renderForBrowser,
  renderThumbnail,
  wholeImage,
} from '../../../src/main/images/index.ts';
import { bombPng, buildTiff, gradient, tiffEntries, withExif } from '../../support/imageFiles.ts';

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
