import { describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { openPage, pressVerdict, queuePosition, reviewedImages } from '../support/reviewPage.ts';
import { serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { expectOnlyPicturesOf, makeTwoDatasets, openByPath } from '../support/twoDatasets.ts';

const required = process.env.REQUIRE_E2E === '1';

async function serveTwo() {
  const data = temporaryFolder();
  const [first, second] = await makeTwoDatasets(data);
  const served = await serveDataset(first, data);
  onTestFinished(() => served.stop());
  return { first, second, all: `${served.url}#/review?show=all`, url: served.url };
}

describe.skipIf(!hasChromium && !required)('two datasets, opened one after the other', () => {
  it('show each its own pictures everywhere, and so does the first when it is opened again', async () => {
    const { first, second, all } = await serveTwo();
    const page = await openPage(all);
    await expectOnlyPicturesOf(page, first);
    await openByPath(page, second);
    await expectOnlyPicturesOf(page, second);
    await openByPath(page, first);
    await expectOnlyPicturesOf(page, first);
  });

  it('a decision that could not be saved before the other was opened is named, and is in neither', async () => {
    const { second, first, all } = await serveTwo();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.route('**/verdicts', (route) => route.abort());
    await pressVerdict(page, 'x');
    await page.getByRole('alert').getByText('is not saved yet').waitFor();
    const image = await page.getByTestId('sample-name').textContent();
    await openByPath(page, second);
    const lost = page.getByRole('alert').filter({ hasText: '1 decision not saved in first' });
    await lost.getByText(`${image}: excluded`).waitFor();
    await page.unroute('**/verdicts');
    for (const folder of [second, first]) {
      await openByPath(page, folder);
      const decided = (await reviewedImages(page)).filter(({ status }) => status !== 'unreviewed');
      expect(decided).toEqual([]);
    }
    await lost.getByRole('button', { name: 'Dismiss' }).click();
    await expect.poll(() => lost.count()).toBe(0);
  });

  it('a window that has not heard of the other saves nothing in it, says so, and shows the other', async () => {
    const { second, all, url } = await serveTwo();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const image = await page.getByTestId('sample-name').textContent();
    await page.evaluate(() => {
      // Neither events nor a new state reach it before the verdict is on its way.
      const { fetch } = window;
      Object.assign(window, { answers: Promise.withResolvers<void>() });
      window.fetch = async (input, init) => {
        const { promise } = (window as unknown as { answers: PromiseWithResolvers<void> }).answers;
        if (String(input).endsWith('/api/state')) await promise;
        return fetch(input, init);
      };
    });
    const other = await page.context().newPage();
    await other.goto(url);
    await openByPath(other, second);
    await page.bringToFront();
    await page.keyboard.press('x');
    await page.evaluate(() =>
      (window as unknown as { answers: PromiseWithResolvers<void> }).answers.resolve(),
    );
    await page.getByRole('alert').getByText(`${image}: excluded`).waitFor();
    await expect.poll(() => page.title()).toMatch(/^second /);
    expect((await reviewedImages(page)).every(({ status }) => status === 'unreviewed')).toBe(true);
    await expectOnlyPicturesOf(page, second);
  });

  it('the browser’s way back leads to no image of the one before', async () => {
    const { first, second, all } = await serveTwo();
    const page = await openPage(`${all}&given=1`);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 5/);
    await openByPath(page, second);
    await page.goBack();
    await page.goBack();
    await page.getByTestId('sample-image').waitFor();
    expect(page.url()).not.toContain('given=1');
    await openByPath(page, first);
    await expectOnlyPicturesOf(page, first);
  });
});
