import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { StateAnswer } from '../../src/protocol/api.ts';
import { CHROMIUM, hasChromium } from '../support/chromium.ts';
import type { ColourName } from '../support/colourDataset.ts';
import {
  askDataset,
  openPage,
  pressVerdict,
  queuePosition,
  serveScanned,
  text,
} from '../support/reviewPage.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasChromium && !required) console.warn(`browser tests are skipped: ${CHROMIUM} is not installed`);

const NUMBER = 600;
/** Each twelfth image carries another label than it shows. */
const IMAGES: Record<string, ColourName> = Object.fromEntries(
  Array.from({ length: NUMBER }, (_, image) => {
    const shown = (['happiness', 'sadness', 'anger'] as const)[image % 3] as ColourName;
    const folder = { happiness: 'happy', sadness: 'sad', anger: 'angry' }[shown as 'anger'];
    return [`${image % 12 === 5 ? 'happy' : folder}/${image}.png`, shown];
  }),
);

const stateOf = (page: Page): Promise<StateAnswer> =>
  page.evaluate(async () => (await fetch('/api/state')).json());
const tellScan = (page: Page, action: 'pause' | 'resume') => askDataset(page, '/scan', { action });
const totalOf = async (page: Page) => Number((await queuePosition(page))?.replace(/.* of |,/g, ''));

/** A page whose scan has been paused soon after it found so many likely wrong labels. */
async function pausedScan(found = 1): Promise<Page> {
  const { url } = await serveScanned({ images: IMAGES, scanned: false });
  const page = await openPage(url);
  await page.getByRole('button', { name: 'Scan', exact: true }).click();
  await expect
    .poll(async () => (await stateOf(page)).project?.counts.flagged, { interval: 10 })
    .toBeGreaterThanOrEqual(found);
  await tellScan(page, 'pause');
  await expect.poll(() => queuePosition(page)).toMatch(/^1 of /);
  await expect.poll(() => totalOf(page)).toBeGreaterThanOrEqual(found);
  const { project, job } = await stateOf(page);
  expect([job?.kind, job?.state]).toEqual(['scan', 'paused']);
  expect(project?.counts.pending).toBeGreaterThan(0);
  return page;
}

/** Names of the images that were shown, and whether the page offered to update its queue, from now on. */
async function watch(page: Page): Promise<() => Promise<{ names: string[]; offers: number }>> {
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => {
      window.said.push(document.querySelector('[data-testid="sample-name"]')?.textContent ?? '');
      if (/new result|Flags have changed/.test(document.querySelector('main')?.textContent ?? ''))
        window.said.push('offer');
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  return async () => {
    const said = await page.evaluate(() => [...new Set(window.said)]);
    return {
      names: said.filter((words) => words !== 'offer'),
      offers: said.filter((words) => words === 'offer').length,
    };
  };
}

const learned = (page: Page) =>
  expect
    .poll(async () => (await stateOf(page)).project?.fittedAt ?? null, { timeout: 300_000 })
    .not.toBeNull();

// A scan makes way for everything else on the machine.
describe.skipIf(!hasChromium && !required)('during a scan', { timeout: 600_000 }, () => {
  it('a queue that nobody has touched grows and gets its order behind the image on the screen', async () => {
    const page = await pausedScan();
    const name = (await text(page, 'sample-name')) as string;
    const few = await totalOf(page);
    const seen = await watch(page);
    await tellScan(page, 'resume');
    await learned(page);
    const { flagged } = (await stateOf(page)).project?.counts ?? { flagged: 0 };
    expect(flagged).toBeGreaterThan(few);
    await expect.poll(() => totalOf(page)).toBeGreaterThanOrEqual(flagged);
    expect(await queuePosition(page)).toMatch(/^1 of /);
    expect(await seen()).toEqual({ names: [name], offers: 0 });
    const filters = page.getByRole('group', { name: 'Show' });
    await expect
      .poll(async () => (await filters.textContent())?.replace(/,/g, ''))
      .toContain(String(flagged));
  });

  it('whoever reviews keeps what is behind and on the screen, and gets the rest ahead', async () => {
    const page = await pausedScan(3);
    const names: (string | null)[] = [];
    for (const position of [1, 2, 3]) {
      await expect.poll(() => queuePosition(page)).toMatch(new RegExp(`^${position} of `));
      names.push(await text(page, 'sample-name'));
      if (position < 3) await pressVerdict(page, 'a');
    }
    const few = await totalOf(page);
    const seen = await watch(page);
    await tellScan(page, 'resume');
    await learned(page);
    await expect.poll(() => totalOf(page)).toBeGreaterThan(few);
    expect(await seen()).toEqual({ names: [names[2]], offers: 0 });
    for (const position of [2, 1]) {
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => queuePosition(page)).toMatch(new RegExp(`^${position} of `));
      await expect.poll(() => text(page, 'sample-name')).toBe(names[position - 1]);
    }
  });

  it('a grid grows below what is in sight, and a selection is kept until the person takes what is new', async () => {
    const page = await pausedScan();
    await page.keyboard.press('g');
    const cells = page.getByRole('gridcell');
    const few = await totalOf(page);
    await cells.nth(few > 1 ? 1 : 0).click();
    const inSight = () => cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('title')));
    const before = await inSight();
    await page.keyboard.press('Control+a');
    await tellScan(page, 'resume');
    await learned(page);
    await page
      .getByText(/new results?|Flags have changed/)
      .first()
      .waitFor();
    expect(await totalOf(page)).toBe(few);
    await page.keyboard.press('Escape');
    await expect.poll(() => totalOf(page)).toBeGreaterThan(few);
    expect((await inSight()).slice(0, before.length)).toEqual(before);
  });
});
