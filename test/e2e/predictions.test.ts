import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { SMALL_DATASET } from '../support/colourDataset.ts';
import { predictionFile, sureOf } from '../support/predictionFiles.ts';
import {
  expectNoAxeFindingsInBothThemes,
  openPage,
  pressVerdict,
  queuePosition,
  runCommand,
  serveScanned,
  text,
} from '../support/reviewPage.ts';

const required = process.env.REQUIRE_E2E === '1';
const CLASSES = ['angry', 'happy', 'sad'];
const IMAGES = Object.keys(SMALL_DATASET);

/** A model that predicts every image as its folder says, except one that it takes for angry. */
const ROWS = IMAGES.map((image) => {
  const read = image === 'sad/1.png' ? 'angry' : (image.split('/')[0] as string);
  return [image, ...sureOf(read, CLASSES)].join(',');
});
const csv = (rows: readonly string[]) => ['image,angry,happy,sad', ...rows, ''].join('\n');

const openScanned = async () => openPage((await serveScanned()).all);

/** The dialog that imports predictions, from the palette, and its field for the file. */
async function openImport(page: Page) {
  await runCommand(page, 'import predictions');
  const dialog = page.getByRole('dialog', { name: 'Import predictions' });
  const file = dialog.getByRole('textbox', { name: /^File/ });
  await file.waitFor();
  return { dialog, file };
}

describe.skipIf(!hasChromium && !required)('predictions of a model of one’s own, in a browser', () => {
  it('are imported by keyboard, a bad file with what is wrong in it, a good one with what has become of it', async () => {
    const page = await openScanned();
    await page.getByTestId('sample-image').waitFor();
    const { dialog, file } = await openImport(page);
    expect(await dialog.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true);

    await file.fill(predictionFile('bad.csv', csv([...ROWS.slice(0, 3), 'happy/1.png,2,-1,0'])));
    await file.press('Enter');
    const alert = dialog.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/bad\.csv line 5/);
    await expectNoAxeFindingsInBothThemes(page, 'the dialog with an error');

    await file.fill(predictionFile('mine.csv', csv(ROWS)));
    await file.press('Enter');
    const done = dialog.getByRole('status').filter({ hasText: '12 images' });
    await done.waitFor();
    expect(await alert.count()).toBe(0);
    await expectNoAxeFindingsInBothThemes(page, 'the dialog with its result');
    await done.getByRole('button', { name: 'Overview' }).press('Enter');
    await expect.poll(() => page.url()).toContain('#/overview');
    await expect.poll(() => dialog.count()).toBe(0);

    await page.goto(`${page.url().split('#')[0]}#/review?show=flagged`);
    const evidence = page.getByRole('complementary', { name: 'Evidence' });
    await evidence.getByText('Why', { exact: true }).click();
    await evidence.getByText(/mine\.csv sees/).waitFor();
  });

  it('are compared with the run before: each change is a queue, and the verdicts stay', async () => {
    const page = await openScanned();
    const firstOf = async (hash: RegExp, count: number) => {
      await expect.poll(() => page.url()).toMatch(hash);
      await expect.poll(() => queuePosition(page)).toBe(`1 of ${count}`);
      return text(page, 'sample-name');
    };
    await pressVerdict(page, ' ');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/^1/);
    const { dialog, file } = await openImport(page);
    await file.fill(predictionFile('mine.csv', csv(ROWS)));
    await file.press('Enter');
    await dialog.getByRole('button', { name: 'Overview' }).press('Enter');

    // The scan flagged the two wrong labels; these predictions agree with them, and take one right label for angry.
    const runs = page.getByRole('region', { name: 'Previous run and this run', exact: true });
    await runs.getByText('0 flagged by both').waitFor();
    await expectNoAxeFindingsInBothThemes(page, 'two runs');
    await runs.getByRole('link', { name: '1 newly flagged' }).press('Enter');
    expect(await firstOf(/show=newly-flagged/, 1)).toBe('sad/1.png');
    await page.goBack();
    await runs.getByRole('link', { name: '2 no longer flagged' }).press('Enter');
    expect(await firstOf(/show=no-longer-flagged/, 2)).toMatch(/wrong\.png$/);
    await page.goBack();
    await runs.getByRole('link', { name: 'Suggested sad before, angry now: 1' }).press('Enter');
    expect(await firstOf(/show=all&suggested=0&earlier=2/, 1)).toBe('sad/1.png');
    await page
      .getByRole('group', { name: 'Previously suggested' })
      .getByRole('checkbox', { name: 'sad' })
      .waitFor();
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/^1/);
  });
});
