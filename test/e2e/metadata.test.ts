import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { makeColourDataset, makeColourTable } from '../support/colourDataset.ts';
import {
  expectNoAxeFindingsInBothThemes,
  openPage,
  queuePosition,
  serveScanned,
} from '../support/reviewPage.ts';

const required = process.env.REQUIRE_E2E === '1';

const MANY = 30;

/** Thirty images with a number and one of fifteen places each. */
async function makeLongTable(folder: string): Promise<void> {
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  await makeColourDataset(
    join(folder, 'images'),
    Object.fromEntries(numbers.map((number) => [`${number}.png`, number % 2 === 0 ? 'anger' : 'sadness'])),
  );
  const rows = numbers.map(
    (number) =>
      `images/${number}.png,${number % 2 === 0 ? 'angry' : 'sad'},${number + 20},place ${number % 15}`,
  );
  await writeFile(join(folder, 'labels.csv'), ['image,label,years,place', ...rows, ''].join('\n'));
}

/** A scanned dataset with a column of subjects, on the screen `hash`. */
async function openScreen(
  hash: string,
  make: (folder: string) => Promise<void> = makeColourTable,
): Promise<Page> {
  const { url } = await serveScanned({ make });
  return openPage(`${url}${hash}`);
}

describe.skipIf(!hasChromium && !required)('the further columns of a dataset in a browser', () => {
  it('filter the queue by keyboard', async () => {
    const page = await openScreen('#/review?show=all');
    await expect.poll(() => queuePosition(page)).toMatch(/ of 12/);
    await page.locator('summary', { hasText: 'gender' }).press('Enter');
    await page.getByRole('checkbox', { name: /^male/ }).press('Space');
    await expect.poll(() => page.url()).toMatch(/show=all&is\.gender=male/);
    await expect.poll(() => queuePosition(page)).toMatch(/ of 3/);
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/ of 12/);
  });

  it('filter the queue by a range of numbers, and by a value that is found by typing', async () => {
    const page = await openScreen('#/review?show=all', makeLongTable);
    await expect.poll(() => queuePosition(page)).toMatch(/ of 30/);
    await page.locator('summary', { hasText: 'years' }).press('Enter');
    const highest = page.getByRole('slider', { name: 'Highest years' });
    await highest.press('Home'); // as low as the other one lets it
    await highest.press('ArrowLeft');
    const lowest = page.getByRole('slider', { name: 'Lowest years' });
    await lowest.press('ArrowRight');
    await expect.poll(() => page.url()).toMatch(/from\.years=/);
    const [low, high] = await Promise.all([lowest, highest].map((slider) => slider.inputValue()));
    const years = Array.from({ length: MANY }, (_, number) => number + 20);
    const inside = years.filter((year) => year >= Number(low) && year <= Number(high)).length;
    expect(inside).toBeLessThan(MANY);
    await expect.poll(() => queuePosition(page)).toMatch(new RegExp(` of ${inside}`));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/ of 30/);

    await page.locator('summary', { hasText: 'place' }).press('Enter');
    const search = page.getByRole('searchbox', { name: 'Find a value of place' });
    await search.fill('place 14');
    await search.press('Enter');
    await expect.poll(() => page.url()).toMatch(/is\.place=place/);
    await expect.poll(() => queuePosition(page)).toMatch(/ of 2/);
    await expectNoAxeFindingsInBothThemes(page);
  });

  it('slice the overview by two columns at once', async () => {
    const page = await openScreen('#/overview');
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('gender');
    await page.getByRole('combobox', { name: 'and by' }).selectOption('age group');
    const pair = page.getByRole('link', { name: /^female · 0-3: \d+ images?, / });
    await pair.waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await pair.press('Enter');
    await expect.poll(() => page.url()).toMatch(/is\.gender=female/);
    await expect.poll(() => page.url()).toMatch(/is\.age/);
  });

  it('slice the overview into groups, each of which leads to its images', async () => {
    const page = await openScreen('#/overview');
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('age group');
    await page.getByRole('link', { name: /^0-3: 4 images/ }).waitFor();
    await page.getByRole('combobox', { name: 'Group by' }).selectOption('gender');
    const female = page.getByRole('link', { name: /^female: 6 images, 33 % flagged/ });
    await female.waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('button', { name: 'Table: Wrong labels by group' }).click();
    const rows = page.getByRole('region', { name: /Wrong labels by group, as a table/ }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(4); // names of columns, female, male, all
    await page.getByRole('button', { name: 'Table: Wrong labels by group' }).click();
    await female.press('ArrowDown');
    await page.getByRole('link', { name: /^male: 3 images/ }).press('ArrowUp');
    await female.press('Enter');
    await expect.poll(() => page.url()).toMatch(/show=flagged&is\.gender=female/);
    await expect.poll(() => queuePosition(page)).toMatch(/ of 2/);
  });
});
