import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHROMIUM, hasChromium } from '../support/chromium.ts';
import {
  askDataset,
  expectNoAxeFindings,
  expectNoAxeFindingsInBothThemes,
  hold,
  openPage,
  openWhy,
  pressVerdict,
  queuePosition,
  reviewedImages,
  runCommand,
  serveScanned,
  text,
} from '../support/reviewPage.ts';
import { serveDataset } from '../support/servedDataset.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasChromium && !required) console.warn(`browser tests are skipped: ${CHROMIUM} is not installed`);

const statuses = async (page: Page) => (await reviewedImages(page)).map(({ status }) => status);
const countOf = async (page: Page, status: string) =>
  (await statuses(page)).filter((other) => other === status).length;

describe.skipIf(!hasChromium && !required)('the grid and its commands, by keyboard', () => {
  it('a group is decided on by one key and taken back by one undo', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/of 12/);
    await page.keyboard.press('g');
    await page.getByRole('grid').waitFor();
    await runCommand(page, 'group given');
    await page.getByRole('heading', { name: /labelled happy/i }).waitFor();
    await expectNoAxeFindings(page);

    await page.keyboard.press('Home');
    await page.keyboard.press('Control+g');
    await expect.poll(() => text(page, 'verdict-line')).toMatch(/5 images selected/);
    await pressVerdict(page, 'x');
    await expect.poll(() => countOf(page, 'excluded')).toBe(5);
    expect((await reviewedImages(page)).filter(({ status }) => status === 'excluded')).toSatisfy(
      (decided: { image: string }[]) => decided.every(({ image }) => image.startsWith('happy/')),
    );
    await page.keyboard.press('Control+z');
    await expect.poll(() => countOf(page, 'unreviewed')).toBe(12);

    await page.getByTestId('grid').getByRole('button', { name: 'Keep happy' }).click();
    await expect.poll(() => countOf(page, 'kept')).toBe(5);
    await page.keyboard.press('Control+z');
    await expect.poll(() => countOf(page, 'unreviewed')).toBe(12);
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await pressVerdict(page, 'Enter'); // each its own suggestion
    await expect.poll(() => countOf(page, 'unreviewed')).toBe(9);
  });

  it('a group skips what was reviewed, says so, and offers to include it', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&view=grid&group=given`);
    await page.getByText('5 images', { exact: true }).waitFor();
    await pressVerdict(page, 'a'); // the first of the group alone
    const grid = page.getByTestId('grid');
    const heading = grid.locator('.heading-row').first();
    await heading.getByText('5 images, 1 already reviewed').waitFor();
    await expectNoAxeFindings(page);

    await page.keyboard.press('Control+g');
    await expect.poll(() => text(page, 'chosen')).toMatch(/5 images selected, 1 already reviewed/);
    await pressVerdict(page, 'x');
    await expect.poll(() => countOf(page, 'excluded')).toBe(4);
    expect(await countOf(page, 'ambiguous')).toBe(1);
    await heading.getByText('5 images, 5 already reviewed').waitFor();
    const counted = (name: string) => page.getByRole('checkbox', { name }).locator('..').textContent();
    await expect.poll(() => counted('Excluded')).toMatch(/4$/);
    await expect.poll(() => counted('Not reviewed')).toMatch(/7$/);
    expect(await heading.getByRole('button', { name: 'Keep happy' }).isDisabled()).toBe(true);

    await page.keyboard.press('Control+g');
    await page.getByRole('button', { name: 'Include reviewed', exact: true }).click();
    await pressVerdict(page, 'Space');
    await expect.poll(() => countOf(page, 'kept')).toBe(5);

    await page.keyboard.press('Control+z');
    await heading.getByText('5 images, 5 already reviewed').waitFor();
    await heading.getByRole('checkbox', { name: 'Include reviewed' }).check();
    await heading.getByRole('button', { name: 'Keep happy' }).click();
    await expect.poll(() => countOf(page, 'kept')).toBe(5);
    await page.keyboard.press('Control+z');
    await expect.poll(() => countOf(page, 'ambiguous')).toBe(1);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(() => countOf(page, 'unreviewed')).toBe(12);
  });

  it('images are chosen by dragging, Ctrl and Shift, and decided on from their menu', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&view=grid`);
    const cells = page.getByRole('gridcell');
    await expect.poll(() => cells.count()).toBe(12);
    const chosen = () => page.locator('[role="gridcell"][aria-selected="true"]').count();
    await cells.nth(0).click();
    await cells.nth(3).click({ modifiers: ['Shift'] });
    expect(await chosen()).toBe(4);
    await cells.nth(1).click({ modifiers: ['Control'] });
    expect(await chosen()).toBe(3);
    const [from, to] = [await cells.nth(0).boundingBox(), await cells.nth(4).boundingBox()];
    if (!from || !to) throw new Error('the cells are not on the screen');
    await page.mouse.move(from.x + 5, from.y + 5);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, to.y + 20, { steps: 4 });
    await page.mouse.up();
    expect(await chosen()).toBe(5);
    await cells.nth(2).click({ button: 'right' });
    await expectNoAxeFindings(page);
    await page.getByRole('menuitem', { name: /^ambiguous/i }).click();
    await expect.poll(() => countOf(page, 'ambiguous')).toBe(5);
  });

  it('scrolling uses its elements again for the images that come into sight', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&view=grid`, { width: 1024, height: 460 });
    await page.evaluate(async () => {
      const [method, headers] = ['PUT', { 'content-type': 'application/json' }];
      const preferences = await (await fetch('/api/preferences')).json();
      await fetch('/api/preferences', {
        method,
        headers,
        body: JSON.stringify({ ...preferences, thumbnailSide: 256 }),
      });
    });
    await page.reload();
    const cells = page.getByRole('gridcell');
    const positions = () => cells.evaluateAll((all) => all.map((cell) => Number(cell.dataset.position)));
    await expect.poll(positions).toContain(0);
    expect(await positions()).not.toContain(11);
    await page.evaluate(() => {
      for (const cell of document.querySelectorAll('[role="gridcell"]')) cell.setAttribute('data-before', '');
    });
    await page.getByTestId('grid').evaluate((grid) => grid.scrollTo(0, grid.scrollHeight));
    await expect.poll(positions).toContain(11);
    const again = page.locator('[role="gridcell"][data-before][data-position="11"]');
    expect(await again.count()).toBe(1);
    const names = (await reviewedImages(page)).map(({ image }) => image);
    const shown = await cells.evaluateAll((all) => all.map((cell) => cell.textContent.trim().split(',')[0]));
    expect(new Set(shown).size).toBe(shown.length);
    expect(names).toEqual(expect.arrayContaining(shown));
    expect(await again.locator('img').getAttribute('src')).toMatch(/samples\/\d+\/thumbnail/);
    await expectNoAxeFindings(page); // the current image has no cell there
    await again.click();
    await expect.poll(() => queuePosition(page)).toMatch(/12 of 12/);
  });

  it('a key is changed, told where it clashes, and holds after a restart', async () => {
    const served = await serveScanned();
    const page = await openPage(served.all);
    await expect.poll(() => queuePosition(page)).toMatch(/of 12/);
    await page.keyboard.press('?');
    await expectNoAxeFindings(page);
    await page.getByRole('button', { name: 'Change shortcuts' }).click();
    await page.getByRole('button', { name: 'Change the key of Exclude' }).click();
    await page.keyboard.press('a');
    await page.getByText('is used by').waitFor();
    await expectNoAxeFindings(page);
    await page.getByRole('button', { name: 'Reassign to Exclude' }).click();
    await page.keyboard.press('Escape');
    await pressVerdict(page, 'a');
    await expect.poll(() => countOf(page, 'excluded')).toBe(1);
    const kept = () =>
      page.evaluate(async () => (await (await fetch('/api/preferences')).json())?.keys ?? {});
    await expect.poll(kept).toEqual({ 'verdict.ambiguous': [], 'verdict.exclude': ['a'] });
    await served.stop();

    const again = await serveDataset(served.folder, served.data);
    onTestFinished(() => again.stop());
    const later = await openPage(again.url);
    await expect.poll(() => queuePosition(later)).toMatch(/of 12/);
    await pressVerdict(later, 'a');
    await expect.poll(() => countOf(later, 'excluded')).toBe(2);
  });

  it('no key decides before it is known which keys were chosen', async () => {
    const { all } = await serveScanned();
    const page = await openPage('about:blank');
    const release = await hold(page, '**/api/preferences');
    await Promise.all([page.waitForResponse('**/image?*'), page.goto(all)]);
    await page.keyboard.press('x');
    release();
    await pressVerdict(page, 'a');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    await expect.poll(() => countOf(page, 'ambiguous')).toBe(1);
    expect(await countOf(page, 'excluded')).toBe(0);
  });

  it('a choice made in the moment before the page is left is kept', async () => {
    const { all, url } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('Shift+T');
    const theme = await page.evaluate(() => document.documentElement.dataset.theme);
    expect(theme).not.toBe('system');
    await page.goto('about:blank');
    const later = await openPage(url);
    await expect.poll(() => later.evaluate(() => document.documentElement.dataset.theme)).toBe(theme);
  });

  it('a place that was left in the moment of its reaching is there again', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.getByRole('group', { name: 'Given label' }).getByText('happy').click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 5/);
    await expect.poll(() => text(page, 'sample-name')).toMatch(/^happy/); // no longer the image of the queue before
    const picture = page.getByTestId('sample-image');
    const first = await picture.getAttribute('src');
    await page.keyboard.press('ArrowRight');
    const second = await page.evaluate(async (before) => {
      // In the page, for the way over the wire takes longer than the moment.
      const source = () => document.querySelector('[data-testid=sample-image]')?.getAttribute('src');
      while (source() === before || !source()) await new Promise(requestAnimationFrame);
      history.back();
      return source();
    }, first);
    await expect.poll(() => queuePosition(page)).toMatch(/of 12/);
    expect(page.url()).not.toMatch(/given=/);
    await page.goForward();
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 5/);
    await expect.poll(() => picture.getAttribute('src')).toBe(second);
    expect(page.url()).toMatch(/given=1&sample=/);
  });

  it('queues have names, and back, forward and reopening land where one was', async () => {
    const { all, url } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.getByRole('group', { name: 'Given label' }).getByText('happy').click();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 5/);
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('All happy');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'All happy', exact: true }).waitFor();
    await page.keyboard.press('g');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 5/);
    await page.goBack();
    await page.getByTestId('sample-image').waitFor();
    await page.goBack();
    await expect.poll(() => queuePosition(page)).toMatch(/of 12/);
    await page.goForward();
    await expect.poll(() => queuePosition(page)).toMatch(/of 5/);
    await runCommand(page, 'view all happy');
    await page.keyboard.press('g');
    await page.keyboard.press('End');
    await expect.poll(() => queuePosition(page)).toMatch(/5 of 5/);
    const place = () =>
      page.evaluate(async () => (await (await fetch('/api/state')).json()).project.place?.view);
    await expect.poll(place).toBe('grid');

    const again = await openPage(url);
    await again.getByRole('grid').waitFor();
    await expect.poll(() => queuePosition(again)).toMatch(/5 of 5/);
    const grid = await again.getByRole('grid').elementHandle();
    await again.keyboard.press('g');
    await again.getByTestId('sample-image').waitFor();
    await grid?.evaluate((left) => left.dispatchEvent(new Event('scroll'))); // may come late: no error
  });

  it('a note, the most alike, zoom and comparison are at hand', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await openWhy(page);
    await expectNoAxeFindings(page);
    await page.keyboard.press('Shift+N');
    await page.keyboard.type('eyes closed');
    await page.keyboard.press('Enter');
    const name = await text(page, 'sample-name');
    await pressVerdict(page, 'x');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 12/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => text(page, 'sample-name')).toBe(name);
    await page.getByText('eyes closed').waitFor();

    await page.keyboard.press('+');
    await page.keyboard.press('.');
    await page.getByText('1.5 times, 15 % brighter').waitFor();
    await page.keyboard.press('0');
    await expect.poll(() => page.getByText('1.5 times').count()).toBe(0);
    await page.keyboard.press('Shift+C');
    await expect.poll(() => page.getByRole('figure').count()).toBe(4);
    await expectNoAxeFindings(page);
  });

  it('an image is compared with the most alike while the evidence is folded', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.keyboard.press('Shift+C');
    await expect.poll(() => page.getByRole('figure').count()).toBe(4);
  });

  it('images selected in the grid are compared, decided on one after the other, and removed', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&view=grid`, { width: 1024, height: 700 });
    const cells = page.getByRole('gridcell');
    await expect.poll(() => cells.count()).toBe(12);
    const names = await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('title')));
    for (const cell of [1, 3, 4, 7]) await cells.nth(cell).click({ modifiers: ['Control'] });
    await page.keyboard.press('Shift+C');
    const figures = page.getByRole('figure');
    await expect.poll(() => figures.count()).toBe(4);
    await expect.poll(() => text(page, 'sample-name')).toBe(names[1]);
    await expectNoAxeFindingsInBothThemes(page);
    await page.locator('button:enabled', { hasText: /^.*exclude$/ }).waitFor();
    await page.keyboard.press('a');
    await expect.poll(() => text(page, 'sample-name')).toBe(names[3]);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => text(page, 'sample-name')).toBe(names[4]);
    await page.keyboard.press('Delete');
    await expect.poll(() => figures.count()).toBe(3);
    await expect.poll(() => text(page, 'sample-name')).toBe(names[7]);
    await figures
      .nth(1)
      .getByRole('button', { name: /^Keep / })
      .click();
    const statusOf = async (image: string | null | undefined) =>
      (await reviewedImages(page)).find((decided) => decided.image === image)?.status;
    await expect.poll(() => statusOf(names[3])).toBe('kept');
    expect([await statusOf(names[1]), await statusOf(names[4])]).toEqual(['ambiguous', 'unreviewed']);
    await figures.nth(0).getByRole('button', { name: 'Remove from the comparison' }).click();
    await expect.poll(() => figures.count()).toBe(2);
    await page.keyboard.press('Escape');
    await page.getByRole('grid').waitFor();
    expect(await figures.count()).toBe(0);
  });

  it('no verdict on images that are compared is cut in a small window', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all, { width: 1024, height: 700 });
    const sampleIds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    await askDataset(page, '/verdicts', { sampleIds, verdict: 'ambiguous' });
    await openWhy(page);
    await page.keyboard.press('Shift+C');
    const verdicts = page.getByRole('figure').getByTitle('marked ambiguous');
    await expect.poll(() => verdicts.count()).toBe(4);
    const cut = await verdicts.evaluateAll((shown) =>
      shown
        .flatMap((verdict) => [verdict, ...verdict.querySelectorAll('span')])
        .filter((words) => getComputedStyle(words).position !== 'absolute')
        .filter((words) => words.scrollWidth > words.clientWidth)
        .map((words) => words.textContent?.trim()),
    );
    expect(cut).toEqual([]);
    expect(await page.getByRole('button', { name: 'Switch to this image', exact: true }).count()).toBe(3);
    await expectNoAxeFindingsInBothThemes(page);
  });
});

describe.skipIf(!hasChromium && !required)('when something is wrong', () => {
  it('a verdict that the disk has no room for stays on the screen until it is saved', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    const first = await text(page, 'sample-name');
    let full = true;
    await page.route('**/verdicts', (route) =>
      full
        ? route.fulfill({
            status: 507,
            json: { code: 'disk-full', message: 'no space left', hint: 'Free some space and go on.' },
          })
        : route.continue(),
    );
    await pressVerdict(page, 'x');
    await page.getByRole('alert').getByText('no space left').waitFor();
    await expect.poll(() => text(page, 'sample-name')).toBe(first);
    await expectNoAxeFindings(page);
    expect(await countOf(page, 'excluded')).toBe(0);
    full = false; // it is tried again by itself
    await expect.poll(() => countOf(page, 'excluded')).toBe(1);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  it('a picture that has vanished says so and can be decided on', async () => {
    const { all, folder } = await serveScanned({ changesFolder: true });
    rmSync(join(folder, 'angry'), { recursive: true });
    const page = await openPage(`${all}&given=0`);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 3/);
    await page.getByTestId('sample-problem').getByText('file not found').waitFor();
    await pressVerdict(page, 'x');
    await expect.poll(() => countOf(page, 'excluded')).toBe(1);
  });

  it('a window that is left in the middle of verdicts loses none', async () => {
    const { all } = await serveScanned();
    const page = await openPage(all);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 12/);
    await page.evaluate(() => {
      const { fetch } = window;
      let held = false;
      window.fetch = (input, init) => {
        if (held || !String(input).endsWith('/verdicts')) return fetch(input, init);
        held = true;
        return new Promise(() => {}); // a line so slow that nothing of the first verdict has left
      };
    });
    for (const next of [2, 3, 4]) {
      await pressVerdict(page, 'x');
      await expect.poll(() => queuePosition(page)).toMatch(new RegExp(`${next} of 12`));
    }
    expect(await countOf(page, 'excluded')).toBe(0);
    await page.reload(); // the question whether to leave is answered with yes
    await expect.poll(() => countOf(page, 'excluded')).toBe(3);
  });

  it('two windows on one project show each other’s verdicts', async () => {
    const { all } = await serveScanned();
    const page = await openPage(`${all}&view=grid`);
    const other = await openPage(`${all}&view=grid`);
    const excluded = () => other.getByRole('gridcell', { name: /, excluded$/ }).count();
    await expect.poll(() => page.getByRole('gridcell').count()).toBe(12);
    await expect.poll(() => other.getByRole('gridcell').count()).toBe(12);
    await pressVerdict(page, 'x');
    await expect.poll(excluded).toBe(1);
    await page.keyboard.press('Control+a');
    await pressVerdict(page, 'x');
    await expect.poll(excluded).toBe(12);
    await page.keyboard.press('Control+z');
    await expect.poll(excluded).toBe(1);
  });
});
