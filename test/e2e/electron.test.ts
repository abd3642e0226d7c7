import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeColourDataset, SMALL_DATASET } from '../support/colourDataset.ts';
import { type DesktopWindow, openDesktop } from '../support/desktopWindow.ts';
import { hasElectron, missingElectron } from '../support/electronRuntime.ts';
import { buildApplication, grefel } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startDisplay } from '../support/xvfb.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasElectron && !required) console.warn(`desktop tests are skipped: ${missingElectron}`);

let display: Awaited<ReturnType<typeof startDisplay>>;

async function smallDataset(): Promise<string> {
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return folder;
}

const text = (page: Page, testId: string) => page.getByTestId(testId).textContent();

/** Presses a verdict's key once the image on the screen can be judged: an earlier press is not taken. */
async function pressVerdict(page: Page, key: string): Promise<void> {
  const exclude = page.getByRole('button', { name: /exclude/i }).first();
  await expect.poll(() => exclude.isEnabled()).toBe(true);
  await page.keyboard.press(key);
}

/** What a person answers to the system's dialog, which no test can click. */
async function answerSaveDialog(app: ElectronApplication, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: path })) as never;
  }, filePath);
}

async function scanned({ page }: DesktopWindow): Promise<void> {
  await page.getByRole('button', { name: /scan/i }).first().click();
  await expect.poll(() => text(page, 'queue-position')).toMatch(/1 of 2/);
}

describe.skipIf(!hasElectron && !required)('in the desktop window', () => {
  beforeAll(async () => {
    buildApplication();
    display = await startDisplay();
  });
  afterAll(() => display?.stop());

  it('a folder is opened, scanned, reviewed by keyboard, undone, and exported', async () => {
    const [folder, data] = [await smallDataset(), temporaryFolder()];
    const desktop = await openDesktop({ data, display: display.name, args: [folder] });
    const { app, page } = desktop;
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));

    await scanned(desktop);
    const first = await text(page, 'sample-name');
    await pressVerdict(page, 'Enter'); // take the suggestion
    await expect.poll(() => text(page, 'queue-position')).toMatch(/2 of 2/);
    await pressVerdict(page, 'x'); // exclude
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/2/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/1/);

    await page.keyboard.press('Control+e');
    const file = join(temporaryFolder(), 'cleaned.csv');
    await answerSaveDialog(app, file);
    await page.getByTestId('export-link').click();
    await page.getByText(`Saved to ${file}`).waitFor();
    const csv = readFileSync(file, 'utf8');
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ image }) => image)).toEqual(Object.keys(SMALL_DATASET).sort());
    expect(rows.find(({ image }) => image === first)).toMatchObject({ status: 'relabelled' });
    expect(errors).toEqual([]);
    await app.close();
    expect(grefel(['export', folder, '--out', '-'], data)).toBe(csv);
  });
});
