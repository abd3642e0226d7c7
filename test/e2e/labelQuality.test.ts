import { describe, expect, it } from 'vitest';
import { OTHER_MODEL_NOTE } from '../../src/labelQuality/flagThreshold.ts';
import { DEFAULT_SCORE, SCORE_IDS, scores } from '../../src/labelQuality/scores/index.ts';
import { hasChromium } from '../support/chromium.ts';
import {
  expectNoAxeFindingsInBothThemes,
  openPage,
  queuePosition,
  serveScanned,
  tabTo,
} from '../support/reviewPage.ts';
import { grefel } from '../support/servedDataset.ts';

const required = process.env.REQUIRE_E2E === '1';

describe.skipIf(!hasChromium && !required)('what is likely wrong, by keyboard alone', () => {
  it('begins where the slider says, here and everywhere', async () => {
    const { url, folder, data, all } = await serveScanned();
    const page = await openPage(all);
    await page.getByTestId('sample-image').waitFor();
    const told = page.locator('.threshold p');
    const flaggedByCommandLine = () =>
      JSON.parse(grefel(['flags', folder, '--json', '--limit', '100'], data)).length as number;
    await expect.poll(() => told.textContent()).toMatch(/^50\s%: 2 labels \(17\s%\)$/);

    await tabTo(page, page.locator('#flag-threshold'));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => told.textContent()).toMatch(/^60\s%: 2 labels \(17\s%\)$/);
    await page.keyboard.press('Home');
    await expect.poll(() => told.textContent()).toMatch(/^5\s%: /);
    await expectNoAxeFindingsInBothThemes(page, 'review, the slider in focus');
    const atLeast = async (share: number) => {
      const rows = grefel(['flags', folder, '--all', '--json', '--limit', '100'], data);
      return (JSON.parse(rows) as { score: number }[]).filter(({ score }) => score >= share).length;
    };
    const likely = await atLeast(0.05);
    await expect.poll(() => told.textContent()).toContain(`${likely} labels (`);
    await expect.poll(flaggedByCommandLine).toBe(likely);

    await page.reload();
    await expect.poll(() => told.textContent()).toMatch(/^5\s%: /);
    await page.goto(`${url}#/review?show=flagged`);
    await expect.poll(() => queuePosition(page)).toMatch(new RegExp(` of ${likely}`));
  });

  it('is ordered by the score that is chosen, each with its sentence and its source', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await page.getByTestId('sample-image').waitFor();
    await tabTo(page, page.locator('#filter-score'));
    await page.keyboard.press('Home');
    for (const [place, id] of SCORE_IDS.entries()) {
      if (place > 0) await page.keyboard.press('ArrowDown');
      await page.getByText(scores[id].description, { exact: false }).waitFor();
      await page.getByText(scores[id].reference, { exact: true }).waitFor();
    }
    expect(SCORE_IDS[0]).toBe(DEFAULT_SCORE);
    await page.keyboard.press('Home');
    await page.getByText(OTHER_MODEL_NOTE).waitFor(); // the score was not calibrated with the tiny model
    await expectNoAxeFindingsInBothThemes(page, 'review, the score and its source');
  });

  it('is counted by class, with rates and intervals', async () => {
    const { url } = await serveScanned();
    const page = await openPage(`${url}#/overview`, { width: 1024, height: 700 });
    const title = page.getByRole('heading', { name: /wrong labels? left/ });
    await expect.poll(() => title.textContent()).toMatch(/^2 wrong labels left \d+ to \d+$/);
    await page.getByRole('link', { name: /^sad: 1 wrong labels left \(\d+ to \d+\)/ }).waitFor();
    await tabTo(page, page.locator('summary:has-text("How this is estimated")'));
    await page.keyboard.press('Enter');
    await tabTo(page, page.locator('[aria-label="Wrong labels of each class"]'));
    const quality = page.getByRole('region', { name: 'Wrong labels of each class' });
    await expect.poll(() => quality.getByRole('row').count()).toBe(5); // names, three classes, all
    const sad = await quality.getByRole('row', { name: /sad/ }).textContent();
    expect(sad).toMatch(/sad\s*4\s*0\s*1\s*\d+ to \d+/);
    expect(await quality.getByRole('row', { name: /^All/ }).textContent()).toMatch(/12\s*0\s*2\s*\d+ to \d+/);

    await page.locator('summary:has-text("How this is estimated")').focus();
    await tabTo(page, page.locator('fieldset button:has-text("Noise transition matrix")'));
    await page.keyboard.press('Enter');
    await page.getByLabel(/^Labelled happy, true sad: \d+\s% \(.* to \d+\s%\)$/).waitFor();
    await expectNoAxeFindingsInBothThemes(page, 'overview, noise rates');
    await page.keyboard.press('Shift+Tab'); // past the other predictions, back to the figure's tools
    await tabTo(page, page.locator('[aria-label="Table: Given label against prediction"]'));
    await page.keyboard.press('Enter');
    const table = page.getByRole('region', { name: 'Given label against prediction, as a table' });
    await expect
      .poll(() => table.getByRole('row').nth(2).textContent())
      .toMatch(/happy.*\d+\s% \(\d.* to \d+\s%\)/);
    await expectNoAxeFindingsInBothThemes(page, 'overview, noise rates as a table');
  });
});
