import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { type ColourName, makeColourDataset, SMALL_DATASET } from './colourDataset.ts';
import { openWhy } from './reviewPage.ts';
import { scannedOnce } from './scannedOnce.ts';
import { scanTiny } from './servedDataset.ts';
import { expectPicturesOf } from './shownPictures.ts';

/** The same names and numbers as in SMALL_DATASET, and under each of them another picture. */
const OTHER_PICTURES: Record<string, ColourName> = Object.fromEntries(
  Object.entries(SMALL_DATASET).map(([path, colour]) => [path, other(colour)]),
);

function other(colour: ColourName): ColourName {
  if (colour === 'anger') return 'disgust';
  return colour === 'happiness' ? 'fear' : 'neutral';
}

/** Two scanned datasets with the same names of files and other pictures, which the tests of a file share. */
export async function makeTwoDatasets(data: string): Promise<[first: string, second: string]> {
  const place = await scannedOnce(makeTwoDatasets, data, async (place, scanned) => {
    const [first, second] = foldersIn(place);
    await makeColourDataset(first, SMALL_DATASET);
    await makeColourDataset(second, OTHER_PICTURES);
    scanTiny(first, scanned);
    scanTiny(second, scanned);
  });
  return foldersIn(place);
}

const foldersIn = (place: string): [first: string, second: string] => [
  join(place, 'first'),
  join(place, 'second'),
];

/** Opens a folder that was opened before, by its path. */
export async function openByPath(page: Page, folder: string): Promise<void> {
  await page.keyboard.press('Control+o');
  const field = page.getByLabel('Folder', { exact: true });
  await field.fill(folder);
  await page.keyboard.press('Enter');
  const name = folder.split('/').at(-1) ?? '';
  await expect.poll(() => page.title()).toMatch(new RegExp(`^${name} `));
  await field.waitFor({ state: 'hidden' }); // the opening leads to the review at its end
}

/** Visits every place that shows pictures: large, film strip, grid, anchors, most similar, compared. */
export async function expectOnlyPicturesOf(page: Page, folder: string): Promise<void> {
  await page.evaluate(() => {
    location.hash = '#/review?show=all';
  });
  await page.getByTestId('sample-image').waitFor();
  await openWhy(page);
  const large = await expectPicturesOf(page, folder, ['image', 'thumbnail']);
  expect(large).toBeGreaterThan(12); // the film strip, the anchors and the most similar ones are there
  await page.keyboard.press('Shift+C');
  await expect.poll(() => page.getByRole('figure').count()).toBeGreaterThan(2);
  await expectPicturesOf(page, folder, ['image']);
  await page.keyboard.press('Shift+C');
  await page.keyboard.press('g');
  await page.getByRole('grid').waitFor();
  await expectPicturesOf(page, folder, ['thumbnail']);
  await page.keyboard.press('g');
  await page.getByTestId('sample-image').waitFor();
}
