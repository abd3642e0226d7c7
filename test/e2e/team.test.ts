import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import {
  expectNoAxeFindingsInBothThemes,
  openPage,
  pressVerdict,
  queuePosition,
  serveScanned,
} from '../support/reviewPage.ts';
import { grefel } from '../support/servedDataset.ts';

const required = process.env.REQUIRE_E2E === '1';

/** A scanned dataset in a browser; nobody has given a name yet. */
async function openAsNobody() {
  const served = await serveScanned({ annotator: null });
  const page = await openPage(served.url);
  return { ...served, page, show: (hash: string) => page.goto(new URL(hash, served.url).href) };
}

describe.skipIf(!hasChromium && !required)('several annotators in a browser', () => {
  it('give their name before the first verdict, which then goes on, by keyboard alone', async () => {
    const { page } = await openAsNobody();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await pressVerdict(page, 'Space');
    await page.getByRole('dialog', { name: 'Who is reviewing?' }).waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.keyboard.type('Ann');
    await page.keyboard.press('Enter');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    await page.getByRole('button', { name: 'Reviewer: Ann' }).waitFor();
    await pressVerdict(page, 'Space'); // asked once only
    await page.getByText('This queue is done').waitFor();
  });

  it('assign images, review blind, disagree and resolve it; the report says so', async () => {
    const { page, folder, data, show } = await openAsNobody();
    await show('#/team');
    await page.getByRole('heading', { name: 'Agreement' }).waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByLabel('Annotators, separated by commas').fill('Ann, Bob');
    await page.getByLabel('Shared by all (%)').fill('100');
    await page.getByRole('button', { name: 'Assign images' }).click();
    await page.getByText('12 images assigned, 12 of them to everyone').waitFor();

    const beName = async (name: string) => {
      await page.getByRole('button', { name: /^(Change|Set your name)$/ }).click();
      await page.getByLabel(/Your name/).fill(name);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: `Reviewer: ${name}` }).waitFor();
    };
    await beName('Ann');
    await page.getByRole('link', { name: 'Review your images' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    const first = async () => {
      await page.keyboard.press('Home');
      await expect.poll(() => queuePosition(page)).toMatch(/1 of/);
    };
    await first();

    await show('#/team');
    await beName('Bob');
    await page.getByRole('checkbox', { name: /Hide what others decided/ }).check();
    await page.getByText('Agreement is hidden while').waitFor();
    await page.getByRole('checkbox', { name: /Hide suggestions/ }).check();
    await page.getByRole('img', { name: /Hidden: what others decided and what GReFEL suggests/ }).waitFor();
    for (const screen of ['overview', 'export', 'map']) {
      await show(`#/${screen}`);
      if (screen !== 'map') await page.getByText('Blind mode.').waitFor();
      if (screen === 'overview') {
        await page.getByText('Grey: given labels. Colour: after your decisions.', { exact: true }).waitFor();
        expect(await page.getByText(/took its suggestion/).count()).toBe(0);
      }
      await expectNoAxeFindingsInBothThemes(page);
    }
    await show('#/review?show=share&status=unreviewed');
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    expect(await page.getByTestId('suggested-label').count()).toBe(0);
    for (let image = 1; image <= 12; image++) {
      await pressVerdict(page, 'Space');
      if (image < 12) await expect.poll(() => queuePosition(page)).toMatch(new RegExp(`${image + 1} of 12`));
    }
    await page.getByText('This queue is done').waitFor();

    await show('#/team');
    await page.getByRole('checkbox', { name: /Hide what others decided/ }).uncheck();
    await page.getByRole('checkbox', { name: /Hide suggestions/ }).uncheck();
    await page.getByText('Annotators differ on 1 image').waitFor();
    await expectNoAxeFindingsInBothThemes(page);
    await page.getByRole('link', { name: 'Resolve disagreements' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 1/);
    await page.getByRole('region', { name: 'Votes' }).getByText('Ann').waitFor();
    await pressVerdict(page, 'x');
    await page.getByText('This queue is done').waitFor();
    await show('#/team');
    await page.getByText('all are resolved').waitFor();

    const report = join(data, 'report.html');
    grefel(['export', folder, '--out', join(data, 'clean.csv'), '--report', report, '--quiet'], data);
    expect(readFileSync(report, 'utf8')).toContain('Agreement between annotators');
    const paper = await openPage('about:blank');
    await paper.setContent(readFileSync(report, 'utf8'));
    const linesOfStatus = await paper.locator('.changes td:nth-child(4)').evaluateAll((cells) =>
      cells.map((cell) => {
        const range = document.createRange();
        range.selectNodeContents(cell);
        return range.getClientRects().length;
      }),
    );
    expect(new Set(linesOfStatus)).toEqual(new Set([1])); // no word is broken
    await expectNoAxeFindingsInBothThemes(paper);
  });

  it('review a round, not knowing what it is made of, and end it for its estimate', async () => {
    const { page, show } = await openAsNobody();
    await show('#/team');
    await page.getByLabel('At random').fill('12');
    await page.getByRole('button', { name: 'Start round' }).click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await pressVerdict(page, 'Space');
    await page.getByRole('dialog', { name: 'Who is reviewing?' }).waitFor();
    await page.keyboard.press('Escape');
    await show('#/team');
    await page.getByRole('button', { name: 'Finish and show results' }).click();
    await page.getByRole('heading', { name: 'Random sample' }).waitFor();
    await page.getByText('of 12 images reviewed').waitFor();
  });

  it("import another annotator's file", async () => {
    const { page, show } = await openAsNobody();
    await show('#/team');
    const text =
      'image,label_clean,status,annotator,decided_at\nsad/1.png,sad,kept,Cid,2026-01-01T10:00:00Z\nno/such.png,sad,kept,Cid,\n';
    const file = { name: 'cid.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('Import...').setInputFiles(file);
    await page.getByText('1 decision by Cid imported.').waitFor();
    await page.getByText('1 image not in this dataset').waitFor();
    await page.getByText('So far: Cid, 1 image.').waitFor();
  });
});
