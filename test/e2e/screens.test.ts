import { readFileSync } from 'node:fs';
import type { Download, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import {
  expectNoAxeFindingsInBothThemes,
  goTo,
  openPage,
  queuePosition,
  serveScanned,
  tabTo,
} from '../support/reviewPage.ts';

const required = process.env.REQUIRE_E2E === '1';

/** A dataset, scanned by default, on the screen `hash`. */
async function openScreen(hash: string, scanned = true): Promise<Page> {
  const page = await openPage((await serveScanned({ scanned })).url);
  await goTo(page, hash);
  return page;
}

async function savedBy(page: Page, press: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return download;
}

describe.skipIf(!hasChromium && !required)('a screen in a browser', () => {
  it('the overview says what is missing before the first scan, and fills by itself during one', async () => {
    const page = await openScreen('#/overview', false);
    await page.getByText('Nothing scanned yet').waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('main').getByRole('button', { name: 'Scan' }).click();
    await page.getByRole('heading', { name: 'Review yield' }).waitFor();
    await page
      .getByText(/wrong labels? left/)
      .first()
      .waitFor();
  });

  it('each plot of the overview is reached by keyboard, leads to its images, and has a table', async () => {
    const page = await openScreen('#/overview');
    await page.getByRole('heading', { name: 'Review yield' }).waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await tabTo(page, page.getByLabel('Labelled angry, suggested angry: 3', { exact: true }));
    await page.keyboard.press('ArrowDown'); // happy, angry suggested
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight'); // happy, sad suggested
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/show=all&given=1&suggested=2/);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 1/);

    await page.goBack();
    await page.getByRole('button', { name: 'Table: Classes before and after' }).click();
    const cells = page.getByRole('region', { name: /Classes before and after, as a table/ }).getByRole('row');
    await expect.poll(() => cells.allTextContents()).toContain('angry334');
    await expectNoAxeFindingsInBothThemes(page);
  });

  it('a plot is saved as SVG and PNG with its title, without the page', async () => {
    const page = await openScreen('#/overview');
    const save = (format: string) =>
      savedBy(page, () => page.getByRole('button', { name: `${format}: save Review yield` }).click());
    const svg = readFileSync(await (await save('SVG')).path(), 'utf8');
    expect(svg).toContain('>Review yield</text>');
    expect(svg).not.toMatch(/var\(|class=|href=/);
    const png = readFileSync(await (await save('PNG')).path());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(600); // twice the plot's width
  });

  it('a random sample is drawn on the overview and reviewed as a queue', async () => {
    const page = await openScreen('#/overview');
    await page.getByRole('button', { name: 'Draw sample' }).click();
    await page.getByText('0 of 12 images reviewed').waitFor();
    await page.getByRole('link', { name: 'Review sample' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
  });

  it('the map is made, chosen from by keyboard, decided on as one step, and undone', async () => {
    const page = await openScreen('#/map');
    await page.getByText('No map yet').waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('button', { name: 'Build map' }).click();
    const map = page.getByRole('application', { name: /Map of 12 images/ });
    await map.waitFor({ timeout: 90_000 });
    await expectNoAxeFindingsInBothThemes(page);
    await map.focus();
    await page.keyboard.press('a'); // all that is in view
    await page.getByText('12 images', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Label is right' }).click();
    await page.getByText('12 images kept.').waitFor();
    await page.getByText('12 images, 12 already reviewed').waitFor();
    const exclude = page.getByRole('button', { name: 'Not a face' });
    expect(await exclude.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Include reviewed' }).check();
    await exclude.click();
    await page.getByText('12 images excluded.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.getByText('12 images excluded').count()).toBe(0);
    await page.getByText('12 images, 12 already reviewed').waitFor();
    await expectNoAxeFindingsInBothThemes(page);

    const box = await map.boundingBox();
    if (!box) throw new Error('the map is not on the screen');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Lasso' }).click();
    await page.mouse.move(box.x + 2, box.y + 2);
    await page.mouse.down();
    for (const [x, y] of [
      [box.width - 2, 2],
      [box.width - 2, box.height - 2],
      [2, box.height - 2],
    ] as const)
      await page.mouse.move(box.x + x, box.y + y);
    await page.mouse.up();
    await page.getByRole('button', { name: 'Review selection' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.goBack();
    await page.getByText('12 images, 12 already reviewed').waitFor(); // what was selected still is
  });

  it('the map is walked by keyboard from image to image and group to group, and opens what is found', async () => {
    const page = await openScreen('#/map');
    await page.getByRole('button', { name: 'Build map' }).click();
    const map = page.getByRole('application', { name: /Map of 12 images/ });
    await map.waitFor({ timeout: 90_000 });
    await map.focus();
    const told = page.getByRole('status').filter({ hasText: /^Image / });
    const seen = new Set<string | null>();
    await page.keyboard.press('PageDown'); // into the midst of the first class
    await told.getByText(/labelled angry/).waitFor();
    await page.keyboard.press('PageDown');
    await told.getByText(/labelled happy/).waitFor();
    for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']) {
      for (let press = 0; press < 3; press++) {
        await page.keyboard.press(key);
        seen.add(await told.textContent());
      }
    }
    expect(seen.size).toBeGreaterThan(2);
    await page.keyboard.press('Space');
    await page.getByText('1 image', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Draw a lasso around images').waitFor();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('+');
    await expectNoAxeFindingsInBothThemes(page);
    await page.keyboard.press('Enter');
    await page.getByTestId('sample-image').waitFor();
  });

  it('the map has a table, and is saved as SVG and PNG as it stands', async () => {
    const page = await openScreen('#/map');
    await page.getByRole('button', { name: 'Build map' }).click();
    await page.getByRole('application').waitFor({ timeout: 90_000 });
    const save = (format: string) =>
      savedBy(page, () => page.getByRole('button', { name: `Save as ${format}` }).click());
    const svg = readFileSync(await (await save('SVG')).path(), 'utf8');
    expect(svg).toContain('faces, by given label');
    expect(svg.match(/h0/g)).toHaveLength(12);
    expect(svg).not.toMatch(/var\(|class=/);
    const png = readFileSync(await (await save('PNG')).path());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    const rows = page.getByRole('region', { name: 'The map, as a table' }).getByRole('row');
    await expect.poll(() => rows.allTextContents()).toHaveLength(4);
    await expectNoAxeFindingsInBothThemes(page);
  });

  it('the export takes suggestions above a probability and saves a report of what changed', async () => {
    const page = await openScreen('#/export');
    const warning = page.getByTestId('unreviewed-warning');
    await warning
      .getByText('2 labels that are likely wrong are not reviewed and will be exported unchanged.')
      .waitFor();
    await page.getByRole('radio', { name: /Accept the suggestion/ }).check();
    await warning.getByText('2 labels will be changed without review.').waitFor();
    await page.getByText('2 suggestions accepted').waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    await page.getByText('0 suggestions accepted').waitFor();
    const report = await savedBy(page, () => page.getByRole('link', { name: 'Save the report' }).click());
    expect(report.suggestedFilename()).toBe('faces-changes.html');
    await page.reload();
    await expect
      .poll(() => page.getByRole('radio', { name: /Accept the suggestion/ }).isChecked())
      .toBe(true);
    expect(readFileSync(await report.path(), 'utf8')).toContain(
      'Of 12 rows, 0 were reviewed and 0 were relabelled or excluded.',
    );
  });
});
