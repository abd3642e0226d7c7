import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { makeColourTable, TINY_MODELS } from '../support/colourDataset.ts';
import { expectNoAxeFindingsInBothThemes, openPage, text } from '../support/reviewPage.ts';
import { buildApplication, grefel, serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const required = process.env.REQUIRE_E2E === '1';

/** A scanned dataset that says who is shown, on the screen `hash`. */
async function openScreen(hash: string): Promise<Page> {
  const folder = join(temporaryFolder(), 'faces');
  const data = temporaryFolder();
  await makeColourTable(folder);
  grefel(['scan', folder, '--quiet', '--model', join(TINY_MODELS, 'tiny.onnx')], data);
  const served = await serveDataset(folder, data);
  onTestFinished(() => served.stop());
  return openPage(`${served.url}${hash}`);
}

const position = (page: Page) => text(page, 'queue-position');

describe.skipIf(!hasChromium && !required)('the further columns of a dataset in a browser', () => {
  beforeAll(buildApplication);

  it('filter the queue by keyboard', async () => {
    const page = await openScreen('#/review?show=all');
    await expect.poll(() => position(page)).toMatch(/ of 12/);
    await page.locator('summary', { hasText: 'gender' }).press('Enter');
    await page.getByRole('checkbox', { name: /^male/ }).press('Space');
    await expect.poll(() => page.url()).toMatch(/show=all&is\.gender=male/);
    await expect.poll(() => position(page)).toMatch(/ of 3/);
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await expect.poll(() => position(page)).toMatch(/ of 12/);
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
    await expect.poll(() => position(page)).toMatch(/ of 2/);
  });
});
