import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage, openImage, renderForBrowser, renderThumbnail } from '../../../src/main/images/index.ts';
import { gradient } from '../../support/imageFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function fileOf(bytes: Buffer | string): Promise<string> {
  const file = join(temporaryFolder(), 'source');
  writeFileSync(file, bytes);
  return file;
}

const box = (left: number, top: number, width: number, height: number) =>
  ({ kind: 'box', left, top, width, height }) as const;

describe('a picture that is a box of an image', () => {
  it('has the pixels of the box, as far as they lie in the image', async () => {
    const png = await gradient(20, 10).png();
    const whole = await decodeImage(png);
    const path = await fileOf(png);
    const part = await (await openImage({ path, region: box(4, 3, 5, 2) })).decode();
    expect([part.width, part.height]).toEqual([5, 2]);
    expect([...part.rgb.subarray(0, 3)]).toEqual([
      ...whole.rgb.subarray((3 * 20 + 4) * 3, (3 * 20 + 4) * 3 + 3),
    ]);
    const cut = await (await openImage({ path, region: box(-5, 8, 10, 10) })).decode();
    expect([cut.width, cut.height]).toEqual([5, 2]);
  });

  it('says when the box is outside', async () => {
    const path = await fileOf(await gradient(20, 10).png());
    const opened = await openImage({ path, region: box(30, 0, 5, 5) });
    await expect(opened.decode()).rejects.toThrow('the face box is outside the image');
  });

  it('is shown to a browser as what the model sees', async () => {
    const path = await fileOf(await gradient(20, 10).jpeg());
    const opened = await openImage({ path, region: box(0, 0, 6, 4) });
    const { bytes, contentType } = await renderForBrowser(opened);
    expect(contentType).toBe('image/png');
    expect(await decodeImage(bytes)).toMatchObject({ width: 6, height: 4 });
    expect(await decodeImage((await renderThumbnail(opened, 3)).bytes)).toMatchObject({
      width: 3,
      height: 2,
    });
  });
});

describe('a picture within a file', () => {
  it('is decoded from the text of its pixels', async () => {
    const text = '0,"0 128 255 64",Training\n';
    const region = { kind: 'pixel-text', offset: 3, length: 12 } as const;
    const image = await (await openImage({ path: await fileOf(text), region })).decode();
    expect(image).toMatchObject({ width: 2, height: 2 });
    expect([...image.rgb]).toEqual([0, 0, 0, 128, 128, 128, 255, 255, 255, 64, 64, 64]);
  });

  it.each([
    ['1 2 3', '3 pixel values are not a square image'],
    ['1 2 x 4', 'a pixel value is not a number from 0 to 255'],
    ['1 2 256 4', 'a pixel value is not a number from 0 to 255'],
    ['', '0 pixel values are not a square image'],
  ])('of the text "%s" has a problem', async (text, problem) => {
    const region = { kind: 'pixel-text', offset: 0, length: text.length } as const;
    const opened = await openImage({ path: await fileOf(text), region });
    await expect(opened.decode()).rejects.toThrow(problem);
  });

  it('is read from a range of bytes, and says when the file ends before it', async () => {
    const png = await gradient(6, 5).png();
    const path = await fileOf(Buffer.concat([Buffer.from('head'), png, Buffer.from('tail')]));
    const region = { kind: 'encoded', offset: 4, length: png.length } as const;
    expect(await (await openImage({ path, region })).decode()).toMatchObject({ width: 6, height: 5 });
    await expect(openImage({ path, region: { ...region, offset: 90_000 } })).rejects.toThrow(
      'the image data is truncated',
    );
  });
});
