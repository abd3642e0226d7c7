import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { expectNoAxeFindings, openPage, pressVerdict, serveScanned, text } from '../support/reviewPage.ts';
import { serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const required = process.env.REQUIRE_E2E === '1';

describe.skipIf(!hasChromium && !required)('a first run', () => {
  it('leads from the sample to an exported CSV, one sentence at a time', async () => {
    const served = await serveDataset(null, temporaryFolder(), null, 'ann', true);
    onTestFinished(() => served.stop());
    const page = await openPage(served.url, { width: 1024, height: 700 });
    const startedMs = performance.now();
    await page.getByRole('button', { name: 'Try the sample' }).click();
    const tour = page.getByRole('dialog', { name: 'Label and suggestion' });
    await tour.waitFor({ timeout: 200_000 }); // a slow machine is still scanning the faces
    await expectNoAxeFindings(page);
    await page.keyboard.press('Enter'); // Next has the focus
    const second = page.getByRole('dialog', { name: 'One key decides' });
    await second.getByText('2 of 5').waitFor();
    await page.keyboard.press('x'); // no decision
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    const steps = page.getByRole('complementary', { name: 'First steps' });
    await steps.getByText('0 of 5').waitFor();
    await expectNoAxeFindings(page);
    for (let decided = 0; decided < 5; decided++) {
      await page.getByTestId('verdict-line').waitFor();
      await pressVerdict(page, 'Enter');
      if (decided < 4) await steps.getByText(`${decided + 1} of 5`).waitFor();
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
    await steps.getByText('Now open a folder of your own.').waitFor();
    await steps.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => steps.count()).toBe(0);
    await page.reload();
    await page.getByTestId('export-link').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('button', { name: 'Guided tour' }).click();
    for (const title of ['Label and suggestion', 'One key decides', 'Evidence', 'Filters'])
      await page.getByRole('dialog', { name: title }).getByRole('button', { name: 'Next' }).click();
    await page
      .getByRole('dialog', { name: 'Overview and Export' })
      .getByRole('button', { name: 'Done' })
      .click();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('How this is estimated').click();
    await page
      .getByText(/^These faces differ from those the model was trained on: weight \d+ % .* \d+ %/)
      .waitFor({ timeout: 300_000 }); // the whole scan and the learning after it, on a busy machine
  }, 600_000);

  it('shows that nothing could be learned from the labels, and tries again', async () => {
    const { url } = await serveScanned();
    const page = await openPage('about:blank');
    const error = { code: 'engine-failed', message: 'learning from the labels failed (why)', hint: 'Retry.' };
    const job = {
      kind: 'fit',
      state: 'failed',
      done: 0,
      total: 12,
      imagesPerSecond: 0,
      secondsLeft: null,
      error,
    };
    await page.route('**/api/state', async (route) => {
      const state = await (await route.fetch()).json();
      await route.fulfill({ json: { ...state, job: state.job ?? job } });
    });
    await page.goto(url);
    await page.getByText('Learning from your labels failed').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Learning from your labels failed').waitFor({ state: 'detached' });
  });

  it('asks before a label of a test split is changed', async () => {
    const { url } = await serveScanned({
      images: {
        'test/angry/1.png': 'anger',
        'test/happy/1.png': 'happiness',
        'test/happy/wrong.png': 'sadness',
        'test/sad/1.png': 'sadness',
      },
    });
    const page = await openPage(url);
    await page.getByTestId('verdict-line').waitFor();
    await expect.poll(() => page.getByTestId('suggested-label').count()).toBe(1);
    await pressVerdict(page, 'x');
    const question = page.getByRole('dialog', { name: 'Change test labels?' });
    await question.getByRole('button', { name: 'Keep test labels' }).click();
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/\b0\b/);
    await pressVerdict(page, 'x');
    await question.getByRole('button', { name: /^Change .*ask again/ }).click();
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/\b1\b/);
  });
});
