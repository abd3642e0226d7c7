import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium, launchChromium } from '../support/chromium.ts';
import { buildApplication, serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const required = process.env.REQUIRE_E2E === '1';

describe.skipIf(!hasChromium && !required)('a first run', () => {
  beforeAll(buildApplication);

  it('leads from the sample to an exported CSV, one sentence at a time', async () => {
    const served = await serveDataset(null, temporaryFolder(), null);
    onTestFinished(() => served.stop());
    const context = await launchChromium({ width: 1024, height: 700 });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(served.url);
    const startedMs = performance.now();
    await page.getByRole('button', { name: 'Try the sample' }).click();
    const steps = page.getByRole('complementary', { name: 'First steps' });
    await steps.getByText('Judge 5 labels.').waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual(
      [],
    );
    for (let judged = 0; judged < 5; judged++) {
      await page.getByTestId('verdict-line').waitFor({ timeout: 100_000 }); // a slow machine still reads the faces
      await expect
        .poll(() =>
          page
            .getByRole('button', { name: /exclude/i })
            .first()
            .isEnabled(),
        )
        .toBe(true);
      await page.keyboard.press('Enter');
      if (judged < 4) await steps.getByText(`${judged + 1} of 5`).waitFor();
    }
    await steps.getByRole('button', { name: 'Export' }).click();
    await steps.getByText('Press Save the file.').waitFor();
    const link = page.getByTestId('export-link');
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const seconds = (performance.now() - startedMs) / 1000;
    console.log(`from "Try the sample" to the saved file: ${seconds.toFixed(0)} s`);
    const rows = parse(readFileSync(await download.path()), { columns: true }) as Record<string, string>[];
    expect(rows).toHaveLength(336);
    expect(rows.filter(({ status }) => status !== 'unreviewed')).toHaveLength(5);
    await steps.getByText('That is all.').waitFor();
    await steps.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => steps.count()).toBe(0);
  });

  it('asks before a label of a test split is changed', async () => {
    const { makeColourDataset } = await import('../support/colourDataset.ts');
    const folder = join(temporaryFolder(), 'faces');
    await makeColourDataset(folder, {
      'test/angry/1.png': 'anger',
      'test/happy/1.png': 'happiness',
      'test/happy/wrong.png': 'sadness',
      'test/sad/1.png': 'sadness',
    });
    const served = await serveDataset(folder, temporaryFolder());
    onTestFinished(() => served.stop());
    const context = await launchChromium();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(served.url);
    await page.getByRole('button', { name: /scan/i }).first().click();
    await page.getByTestId('verdict-line').waitFor();
    await expect.poll(() => page.getByTestId('suggested-label').count()).toBe(1);
    const judge = async () => {
      await expect
        .poll(() =>
          page
            .getByRole('button', { name: /exclude/i })
            .first()
            .isEnabled(),
        )
        .toBe(true);
      await page.keyboard.press('x');
    };
    await judge();
    const question = page.getByRole('dialog', { name: 'Change labels of the test split?' });
    await question.getByRole('button', { name: 'Leave them as they are' }).click();
    await expect.poll(() => page.getByTestId('reviewed-count').textContent()).toMatch(/\b0\b/);
    await judge();
    await question.getByRole('button', { name: /Change, and/ }).click();
    await expect.poll(() => page.getByTestId('reviewed-count').textContent()).toMatch(/\b1\b/);
  });
});
