import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHROMIUM, hasChromium } from '../support/chromium.ts';
import {
  expectNoAxeFindings,
  openPage,
  pressVerdict,
  queuePosition,
  reviewedImages,
  runCommand,
  serveScanned,
  text,
} from '../support/reviewPage.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasChromium && !required) console.warn(`browser tests are skipped: ${CHROMIUM} is not installed`);

describe.skipIf(!hasChromium && !required)('the review of many images alike', () => {
  it('has the class guidelines at hand, written by keyboard and shared as a file', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('Shift+G');
    const panel = page.getByTestId('guidelines');
    await panel.getByText('Describe each class').waitFor();
    await expectNoAxeFindings(page);

    await panel.getByRole('button', { name: 'Edit: happy' }).press('Enter');
    await page.keyboard.type('Mouth corners up, x and 1.'); // letters are no verdicts here
    await expectNoAxeFindings(page);
    await page.keyboard.press('Control+Enter');
    await panel.getByText('Mouth corners up, x and 1.').waitFor();
    await runCommand(page, 'example of happy');
    const name = await text(page, 'sample-name');
    await panel.getByRole('button', { name: `Show ${name}` }).waitFor();
    await expectNoAxeFindings(page);
    expect((await reviewedImages(page)).every(({ status }) => status === 'unreviewed')).toBe(true);

    const saving = page.waitForEvent('download');
    await panel.getByRole('button', { name: 'Export...' }).click();
    const saved = readFileSync(await (await saving).path(), 'utf8');
    expect(JSON.parse(saved).classes.happy).toEqual({
      description: 'Mouth corners up, x and 1.',
      exemplars: [name],
    });
    const other = {
      format: 'grefel-guidelines',
      version: 1,
      classes: { sad: { description: 'Corners down.' } },
    };
    const chooser = panel.getByLabel('File of class guidelines');
    await chooser.setInputFiles({
      name: 'team.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(other)),
    });
    await panel.getByText('team.json was imported.').waitFor();
    await panel.getByText('Corners down.').waitFor();
    await chooser.setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{') });
    await panel.getByText('This is not a file of class guidelines.').waitFor();
    // Typed text is never lost: not by Escape, nor by closing the panel, nor by leaving the page.
    const edit = () => panel.getByRole('button', { name: 'Edit: angry' }).click();
    await edit();
    await page.keyboard.type('Brows down.');
    await page.keyboard.press('Escape');
    await panel.getByText('Brows down.').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.count()).toBe(0);
    await page.keyboard.press('Shift+G');
    await edit();
    await page.keyboard.type(' Lips tight.');
    await panel.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => panel.count()).toBe(0);
    await page.keyboard.press('Shift+G');
    await panel.getByText('Brows down. Lips tight.').waitFor();
    await edit();
    await page.keyboard.type(' Eyes wide.');
    await page.reload();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('Shift+G');
    await panel.getByText('Brows down. Lips tight. Eyes wide.').waitFor();
    await edit();
    await page.keyboard.type(' Not this.');
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await panel.getByText('Brows down. Lips tight. Eyes wide.', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => panel.count()).toBe(0);

    await page.keyboard.press('Shift+C');
    await page.getByRole('button', { name: 'Switch to this image' }).first().waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('button', { name: 'Switch to this image' }).count()).toBe(0);

    // A choice that was clicked leaves the keys to the review, also where it changes nothing.
    await page.getByRole('radio', { name: 'All images' }).locator('..').click();
    await page.getByRole('checkbox', { name: 'happy' }).first().locator('..').click();
    await expect.poll(() => queuePosition(page)).toMatch(/of 5/);
    await pressVerdict(page, 'Space');
    await expect
      .poll(async () => (await reviewedImages(page)).filter(({ status }) => status === 'kept').length)
      .toBe(1);
  });

  it('decides on a run of frames by one key, and takes it back by one', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&group=run`);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('Control+g');
    const line = await expect
      .poll(() => text(page, 'verdict-line'))
      .toMatch(/[34] images selected/)
      .then(() => text(page, 'verdict-line'));
    await pressVerdict(page, 'x');
    const excluded = async () =>
      (await reviewedImages(page)).filter(({ status }) => status === 'excluded').length;
    await expect.poll(excluded).toBe(Number(line?.match(/\d+/)?.[0]));
    await expect.poll(() => queuePosition(page)).toMatch(/[45] of 12/);
    await page.keyboard.press('Control+z');
    await expect.poll(excluded).toBe(0);
    await page.keyboard.press('g');
    await page.getByRole('grid').waitFor();
    await page.getByLabel('Set the whole group to another class').first().waitFor();
    await expectNoAxeFindings(page);
  });
});
