import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Locator, Page, Request } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, hasChromium } from '../support/chromium.ts';
import { SMALL_DATASET } from '../support/colourDataset.ts';
import {
  askDataset,
  expectNoAxeFindings,
  expectNoAxeFindingsInBothThemes,
  goTo,
  hold,
  makeDataset,
  openPage,
  pressVerdict,
  queuePosition,
  reviewedImages,
  serveScanned,
  text,
} from '../support/reviewPage.ts';
import { grefel, serveDataset } from '../support/servedDataset.ts';
import { freshProfile } from '../support/testBrowser.ts';

const required = process.env.REQUIRE_E2E === '1';

declare global {
  interface Window {
    said: string[];
  }
}

/** The place that the core has kept. */
async function keptImage(page: Page): Promise<string> {
  const id = await page.evaluate(
    async () => (await (await fetch('/api/state')).json()).project.place?.sampleId,
  );
  return (await askDataset<{ image: string }>(page, `/samples/${id}`)).image;
}

if (!hasChromium && !required) console.warn(`browser tests are skipped: ${CHROMIUM} is not installed`);

describe.skipIf(!hasChromium && !required)('in a browser', () => {
  it('a folder is opened, scanned, reviewed by keyboard, undone, and exported', async () => {
    const { folder, data } = await makeDataset();
    const served = await serveDataset(null, data);
    onTestFinished(() => served.stop());
    const page = await openPage(served.url);
    expect(new URL(page.url()).searchParams.has('token')).toBe(false);

    await page.getByLabel('Folder', { exact: true }).fill('/no/such/folder');
    await page.keyboard.press('Enter');
    await page.getByText('does not exist').waitFor();
    await expectNoAxeFindings(page);
    await page.getByLabel('Folder', { exact: true }).fill(folder);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /scan/i }).first().click();

    await page.getByTestId('verdict-line').waitFor();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await expectNoAxeFindings(page);
    const first = await text(page, 'sample-name');
    const [given, suggested] = [await text(page, 'given-label'), await text(page, 'suggested-label')];
    const sentence = (await text(page, 'verdict-line'))?.replace(/\s+/g, ' ').trim();
    expect(sentence).toMatch(
      new RegExp(`^Labelled ${given}\\. Probably ${suggested} \\((over )?\\d+ %\\)\\.$`),
    );
    await page.keyboard.press('9');
    await expect.poll(() => text(page, 'decision-flash')).toMatch(/^There are \d classes\.\s*$/);
    await pressVerdict(page, 'Enter'); // take the suggestion
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    await expect
      .poll(() => text(page, 'decision-flash'))
      .toMatch(new RegExp(`^relabelled as ${suggested} *Ctrl[ +]Z`, 'i'));
    await page.getByTestId('decision-flash').waitFor({ state: 'detached' });
    const second = await text(page, 'sample-name');
    expect(second).not.toBe(first);
    await pressVerdict(page, 'x'); // exclude
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/2/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/1/);
    await expect.poll(() => text(page, 'sample-name')).toBe(second);
    await pressVerdict(page, ' '); // keep
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/2/);

    await page
      .getByRole('button', { name: 'Export' })
      .or(page.getByRole('link', { name: 'Export' }))
      .first()
      .click();
    const link = page.getByTestId('export-link');
    await link.waitFor();
    await expectNoAxeFindings(page);
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const csv = readFileSync(await download.path(), 'utf8');
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ image }) => image)).toEqual(Object.keys(SMALL_DATASET).sort());
    const statusOf = (image: string | null) => rows.find((row) => row.image === image);
    expect(statusOf(first)).toMatchObject({
      label_given: given,
      label_clean: suggested,
      status: 'relabelled',
    });
    expect(statusOf(second)).toMatchObject({ status: 'kept' });
    expect(rows.filter(({ status }) => status === 'unreviewed')).toHaveLength(10);
    await served.stop();
    expect(grefel(['export', folder, '--out', '-'], data)).toBe(csv);
  });

  it('why is folded until someone opens it, stays open then, and begins with similar images', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all, { width: 1024, height: 500 });
    const searches: string[] = [];
    page.on(
      'request',
      (request) => void (request.url().includes('/neighbours') && searches.push(request.url())),
    );
    const evidence = page.getByRole('complementary', { name: 'Evidence' });
    const similar = evidence.getByRole('heading', { name: 'Most similar images' });
    await evidence.getByText('Why', { exact: true }).waitFor();
    expect(await similar.isVisible()).toBe(false);
    await page.waitForTimeout(500); // longer than an image is looked at before its neighbours are searched for
    expect(searches).toEqual([]);
    await evidence.getByText('Why', { exact: true }).click();
    await similar.waitFor();
    await expect
      .poll(() => evidence.getByRole('heading').allTextContents())
      .toEqual([
        'Most similar images',
        'Most similar reviewed images',
        expect.stringMatching(/^Why it is/),
        'Class probabilities',
        'Closest reference faces',
        'Decisions',
        'Image',
      ]);
    await evidence.evaluate((panel) => panel.scrollTo(0, 300));
    expect(await evidence.evaluate((panel) => panel.scrollTop)).toBeGreaterThan(0);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    await expect.poll(() => evidence.evaluate((panel) => panel.scrollTop)).toBe(0);
    await page.reload();
    await similar.waitFor();
  });

  it('the first stop of Tab leads past the filters to the decisions', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await page.getByTestId('sample-image').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // skip to the decisions
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    expect(await focused()).toMatch(/^angry/);
    const name = await text(page, 'sample-name');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter'); // the second class
    await expect.poll(() => text(page, 'sample-name')).not.toBe(name);
    expect((await reviewedImages(page)).find(({ image }) => image === name)).toMatchObject({
      status: 'relabelled',
    });
  });

  it('a small face is enlarged four times at most, unless it shall fill the stage', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    const image = page.getByTestId('sample-image');
    await image.waitFor();
    const widthOf = async () => (await image.boundingBox())?.width ?? 0;
    const natural = await image.evaluate((element: HTMLImageElement) => element.naturalWidth);
    expect(await widthOf()).toBe(4 * natural);
    await page.keyboard.press('Shift+E');
    await expect.poll(widthOf).toBeGreaterThan(4 * natural);
    await page.reload();
    await expect.poll(widthOf).toBeGreaterThan(4 * natural);
  });

  it('before a scan all images are shown with their labels, and a scan leads to what it flags', async () => {
    const { all } = await serveScanned({ scanned: false });
    const page = await openPage(all.split('#')[0] as string);
    await expect.poll(() => queuePosition(page)).toBe('1 of 12');
    expect(await text(page, 'given-label')).toBe('angry');
    const filters = page.getByRole('complementary', { name: 'Filters' });
    await filters.getByRole('group', { name: 'Given label' }).waitFor();
    expect(await filters.getByRole('group', { name: 'Suggested label' }).count()).toBe(0);
    expect(await filters.getByRole('group', { name: 'Show' }).textContent()).not.toContain('Outliers');
    await expectNoAxeFindings(page);
    const scan = page.getByRole('button', { name: 'Scan', exact: true });
    expect(await scan.getAttribute('class')).toContain('primary');
    const release = await hold(page, '**/scan');
    await scan.click();
    await page.getByRole('banner').getByText('Starting the scan...').waitFor();
    expect(await page.getByText('not scanned yet').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Scan', exact: true }).count()).toBe(0);
    release();
    await expect.poll(() => queuePosition(page)).toBe('1 of 2');
    await filters.getByRole('group', { name: 'Suggested label' }).waitFor();
  });

  it('the review goes on at the same image after the server was killed', async () => {
    const { folder, data } = await makeDataset();
    const first = await serveDataset(folder, data);
    onTestFinished(() => void first.process.kill('SIGKILL'));
    const page = await openPage(first.url);
    await page.getByRole('button', { name: /scan/i }).first().click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await pressVerdict(page, 'Enter');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    const place = await text(page, 'sample-name');
    await expect.poll(() => keptImage(page)).toBe(place);
    first.process.kill('SIGKILL');

    const second = await serveDataset(folder, data);
    onTestFinished(() => second.stop());
    const again = await openPage(second.url);
    await expect.poll(() => text(again, 'sample-name')).toBe(place);
    await expect.poll(() => text(again, 'reviewed-count')).toMatch(/1/);
    expect(await again.getByTestId('skipped').count()).toBe(0);
  });

  it('a reopened queue says how many images before its place are not reviewed, and leads to the first', async () => {
    const { all, url } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await pressVerdict(page, 'a');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    for (let moves = 0; moves < 3; moves++) await page.keyboard.press('ArrowRight');
    await expect.poll(() => queuePosition(page)).toMatch(/5 of 12/);
    expect(await page.getByTestId('skipped').count()).toBe(0);
    await expect.poll(() => keptImage(page)).toBe(await text(page, 'sample-name'));

    const again = await openPage(url);
    await expect.poll(() => queuePosition(again)).toMatch(/5 of 12/);
    const skipped = again.getByTestId('skipped');
    await expect.poll(() => skipped.textContent()).toMatch(/^\s*3 unreviewed before this one/);
    await expectNoAxeFindings(again);

    const early = await (await freshProfile()).newPage();
    const release = await hold(early, '**/image?*');
    await early.goto(url);
    const current = early.getByRole('navigation', { name: 'Queue' }).locator('[aria-current]');
    await early.getByRole('button', { name: 'Image 5', exact: true }).waitFor();
    await expect.poll(() => current.getAttribute('aria-label')).toBe('Image 5');
    await early.keyboard.press('Home');
    await expect.poll(() => current.getAttribute('aria-label')).toMatch(/^Image 1,/);
    release();
    await early.getByTestId('sample-image').waitFor();
    expect(await early.getByTestId('skipped').count()).toBe(0);
    await early.context().close();

    await skipped.getByRole('button').click();
    await expect.poll(() => queuePosition(again)).toMatch(/2 of 12/);
    expect(await skipped.count()).toBe(0);
  });

  it('marks what is chosen in forced colors, too', async () => {
    const page = await openPage((await serveScanned()).all);
    await page.emulateMedia({ forcedColors: 'active' });
    const outlineOf = (chosen: Locator) =>
      chosen.evaluate((element) => getComputedStyle(element).outlineStyle);
    const shows = page.getByRole('group', { name: 'Show' }).locator('label');
    await shows.first().waitFor();
    expect(await outlineOf(page.getByRole('banner').getByRole('link', { name: 'Review' }))).toBe('solid');
    expect(await outlineOf(page.getByRole('banner').getByRole('link', { name: 'Map' }))).toBe('none');
    expect(await outlineOf(shows.filter({ hasText: 'All images' }))).toBe('solid');
    expect(await outlineOf(shows.filter({ hasText: 'Likely wrong' }))).toBe('none');
  });

  it('whoever reviews while the queue is made again keeps their place', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const release = await hold(page, '**/queues');
    await Promise.all([page.waitForRequest('**/queues'), page.keyboard.press('Shift+R')]);
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    const second = await text(page, 'sample-name');
    await Promise.all([page.waitForResponse('**/queues'), release()]);
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/3 of 12/);
    const decided = (await reviewedImages(page)).filter(({ status }) => status === 'excluded');
    expect(decided.map(({ image }) => image)).toContain(second);
    expect(decided).toHaveLength(2);
  });

  it('an undo shows what it took back and a redo goes on, but not to who has gone elsewhere meanwhile', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    const decided: (string | null)[] = [];
    for (const next of [2, 3, 4]) {
      await page.getByTestId('sample-image').waitFor();
      decided.push(await text(page, 'sample-name'));
      await pressVerdict(page, 'x');
      await expect.poll(() => queuePosition(page)).toMatch(new RegExp(`^${next} of 12`));
    }
    await page.keyboard.press('Control+z');
    await expect.poll(() => queuePosition(page)).toMatch(/^3 of 12/);
    await page.keyboard.press('Control+y'); // continues, so that no key replaces what was redone
    await expect.poll(() => queuePosition(page)).toMatch(/^4 of 12/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => queuePosition(page)).toMatch(/^3 of 12/);
    const release = await hold(page, '**/undo');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('End');
    await expect.poll(() => queuePosition(page)).toMatch(/^12 of 12/);
    release();
    const said = page.getByRole('status').getByText(`Undone: ${decided[1]} is not reviewed`);
    await said.waitFor({ state: 'attached' });
    expect(await queuePosition(page)).toMatch(/^12 of 12/);
  });

  it('verdicts that wait while the page is left are saved in the order in which they were given', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const decided = await text(page, 'sample-name');
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const verdictOf = (request: Request) => request.postDataJSON().verdict;
    await page.route('**/verdicts', async (route) => {
      if (verdictOf(route.request()) === 'excluded') await released;
      await route.continue();
    });
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => text(page, 'sample-name')).toBe(decided);
    await pressVerdict(page, 'a');
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')));
    const status = async () => (await reviewedImages(page)).find(({ image }) => image === decided)?.status;
    await expect.poll(status).toBe('ambiguous');
    const lastAnswer = page.waitForResponse(
      (answer) => answer.url().endsWith('/verdicts') && verdictOf(answer.request()) === 'ambiguous',
    );
    release();
    await lastAnswer;
    expect(await status()).toBe('ambiguous');
  });

  it('a verdict is told beside its image when that is shown again, and not asked for before', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await page.waitForURL(/sample=/);
    const detail = `/samples/${/(?<=sample=)\d+/.exec(page.url())}`;
    const release = await hold(page, '**/verdicts');
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith(detail)) asked++;
    });
    await Promise.all([page.waitForResponse('**/verdicts'), release()]);
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/^1/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => queuePosition(page)).toMatch(/3 of 12/);
    expect(asked).toBe(0);
    await page.keyboard.press('Home');
    await page.getByRole('complementary', { name: 'Evidence' }).getByText('Excluded').waitFor();
    expect(asked).toBe(1);
  });

  it('says that flags have changed once the labels were learned again, and updates the image’s details', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => text(page, 'sample-name')).toBe('happy/wrong.png');
    const changed = page.getByText('Flags have changed');
    expect(await changed.count()).toBe(0);
    await expect.poll(() => text(page, 'verdict-line')).toMatch(/^Labelled happy. Probably sad/);
    await askDataset(page, '/classes', { mapping: { happy: 'sadness', sad: 'happiness' } }, 'PUT');
    await changed.waitFor();
    await expect.poll(() => text(page, 'verdict-line')).not.toMatch(/Probably sad/); // happy is sadness now
    expect(await text(page, 'sample-name')).toBe('happy/wrong.png');
    await expectNoAxeFindings(page);
    await page.keyboard.press('Shift+R');
    await expect.poll(() => changed.count()).toBe(0);
  });

  it('no key decides on an image of the queue that is being left', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const release = await hold(page, '**/queues');
    await goTo(page, '#/review?show=flagged');
    await page.locator('button:disabled', { hasText: /^.*exclude$/ }).waitFor();
    await page.keyboard.press('x');
    release();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    await expect
      .poll(async () => (await reviewedImages(page)).filter(({ status }) => status === 'excluded').length)
      .toBe(1);
  });

  it('shows the queue of the address also where that changed back while a verdict was being saved', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const release = await hold(page, '**/verdicts');
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    await goTo(page, '#/review?show=flagged');
    await goTo(page, '#/review?show=all');
    await Promise.all([page.waitForResponse('**/queues'), release()]);
    await page.locator('main:not([aria-busy="true"])').waitFor();
    await page.waitForURL(/#\/review\?show=all&sample=/);
    expect(await queuePosition(page)).toMatch(/of 12$/);
  });

  it('names the active filters on one line above the picture, and a click removes one and gives the keys back', async () => {
    const { url } = await serveScanned();
    const page = await openPage(`${url}#/review?show=all&given=0&given=1&status=unreviewed`, {
      width: 1024,
      height: 700,
    });
    const chips = page.getByRole('list', { name: 'Active filters' });
    await chips.waitFor();
    expect(await chips.getByRole('button').allInnerTexts()).toEqual([
      'Given: angry',
      'Given: happy',
      'Not reviewed',
    ]);
    await expectNoAxeFindingsInBothThemes(page);
    const before = await queuePosition(page);
    await chips.getByRole('button', { name: 'Remove filter Given: happy' }).click();
    await expect.poll(() => chips.getByRole('button').count()).toBe(2);
    expect(page.url()).toMatch(/show=all&given=0&status/);
    await expect.poll(() => queuePosition(page)).not.toBe(before);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => queuePosition(page)).toMatch(/^2 of/);
  });

  it('says nothing of a queue before it has come', async () => {
    const { url } = await serveScanned();
    const page = await openPage(`${url}#/review?show=unreadable`);
    await page.getByText('Every image could be read').waitFor();
    const release = await hold(page, '**/queues');
    await goTo(page, '#/review?show=all&name=no-such-image');
    const none = page.getByText('No image matches these filters');
    expect(await none.count()).toBe(0);
    release();
    await none.waitFor();
  });

  it('says of no image what is known of another, while another queue takes the place of one', async () => {
    const { url, all } = await serveScanned();
    const last = (await reviewedImages(await openPage(all))).at(-1)?.id;
    const page = await openPage(`${url}#/review?show=all&sample=${last}`);
    await expect.poll(() => queuePosition(page)).toMatch(/12 of 12/);
    await page.evaluate(() => {
      window.said = [];
      new MutationObserver(() => {
        const picture = document.querySelector<HTMLImageElement>('[data-testid="sample-image"]');
        const name = document.querySelector('[data-testid="sample-name"]')?.textContent;
        if (picture) window.said.push(`${new URL(picture.src).pathname} ${name}`);
      }).observe(document, { subtree: true, childList: true, characterData: true });
    });
    const release = await hold(page, '**/image?*');
    await Promise.all([page.waitForRequest('**/image?*'), goTo(page, '#/review?show=flagged')]);
    release();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await page.getByTestId('sample-image').waitFor();
    const said = await page.evaluate(() => [...new Set(window.said)]);
    const images = said.map((pair) => pair.split(' ')[0]);
    expect(said, 'one name for each picture').toHaveLength(new Set(images).size);
  });
});
