import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { askDataset } from './reviewPage.ts';

type Colour = readonly number[];

interface ShownPicture {
  sampleId: number;
  colour: Colour;
  kind: string;
}

/** Every picture of a sample on the screen, with the colour in its middle. */
const picturesOn = (page: Page): Promise<ShownPicture[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('img')].flatMap((picture) => {
      const [, sampleId, kind] = /\/samples\/(\d+)\/(\w+)/.exec(picture.currentSrc) ?? [];
      if (sampleId === undefined || !picture.complete || picture.naturalWidth === 0) return [];
      const canvas = new OffscreenCanvas(1, 1);
      const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
      const [x, y] = [picture.naturalWidth / 2, picture.naturalHeight / 2];
      context.drawImage(picture, x, y, 1, 1, 0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
      return [{ sampleId: Number(sampleId), kind: kind ?? '', colour: [red, green, blue] }];
    }),
  );

/** The colour in the middle of an image file. */
async function colourOf(file: string): Promise<Colour> {
  const transformer = new Transformer(await readFile(file));
  const { width, height } = await transformer.metadata();
  const pixels = await transformer.rawPixels();
  const channels = pixels.length / (width * height);
  const offset = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
  return [...pixels.subarray(offset, offset + 3)];
}

const difference = (one: Colour, other: Colour): number =>
  Math.max(...one.map((channel, index) => Math.abs(channel - (other[index] ?? 0))));

/** Lossy thumbnails differ a little from their files; two images of these datasets differ by far more. */
const MOST_DIFFERENCE = 12;

/**
 * Compares every picture on the screen with the file that its sample has in a dataset.
 * @param kinds of which at least one must be there
 * @returns how many were compared
 */
export async function expectPicturesOf(page: Page, folder: string, kinds: string[]): Promise<number> {
  let shown: ShownPicture[] = [];
  await expect
    .poll(async () => {
      shown = await picturesOn(page);
      return kinds.every((kind) => shown.some((picture) => picture.kind === kind));
    })
    .toBe(true);
  for (const { sampleId, colour, kind } of shown) {
    const { image } = await askDataset<{ image: string }>(page, `/samples/${sampleId}`);
    const expected = await colourOf(join(folder, image));
    expect(difference(colour, expected), `${kind} of ${image}: ${colour} for ${expected}`).toBeLessThan(
      MOST_DIFFERENCE,
    );
  }
  return shown.length;
}
