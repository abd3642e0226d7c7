import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { makeColourTable } from '../support/colourDataset.ts';
import { makeTree } from '../support/datasetTree.ts';
import { photograph } from '../support/photographs.ts';
import { expectNoAxeFindingsInBothThemes, goTo, openPage, serveScanned } from '../support/reviewPage.ts';
import { FURTHER_TOUR, SCREEN_TOUR, type Stop, unscannedTour } from '../support/screenTour.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const required = process.env.REQUIRE_E2E === '1';
const SMALLEST_WINDOW = { width: 1024, height: 700 };

/** Goes to one stop after the other, and says which of them it cannot reach. */
async function visit(page: Page, tour: readonly Stop[], look = async (_name: string) => {}): Promise<void> {
  for (const { name, show } of tour) {
    await show(page).catch((error) => {
      throw new Error(`${name} is not reached`, { cause: error });
    });
    await look(name);
  }
}

const expectNoFindingsOn = (page: Page, tour: readonly Stop[]) =>
  visit(page, tour, (name) => expectNoAxeFindingsInBothThemes(page, name));

declare global {
  interface Window {
    moved: string[];
  }
}

/** Records in the page all style changes that take time, and smooth scrolling. */
function watchMotion(): void {
  window.moved = [];
  const watch = ({ type, target }: Event) => {
    if (!(target instanceof Element)) return;
    const lasting = target
      .getAnimations({ subtree: true })
      .some(({ effect }) => Number(effect?.getComputedTiming().duration) > 0);
    if (lasting) window.moved.push(`${type} of ${target.outerHTML.slice(0, 120)}`);
  };
  for (const type of ['transitionrun', 'animationstart']) document.addEventListener(type, watch);
  new MutationObserver(() => {
    for (const element of document.querySelectorAll('*')) {
      if (getComputedStyle(element).scrollBehavior === 'smooth')
        window.moved.push(`scrolling of ${element.tagName}`);
    }
  }).observe(document, { subtree: true, childList: true });
}

describe.skipIf(!hasChromium && !required)('every screen, in light and dark', () => {
  it('has no accessibility finding, nor has what opens over it', { timeout: 900_000 }, async () => {
    const { url } = await serveScanned({
      make: (folder) => makeColourTable(folder, { splits: true }),
      annotator: null,
    });
    const page = await openPage(url, SMALLEST_WINDOW);
    await expectNoFindingsOn(page, [...SCREEN_TOUR, ...FURTHER_TOUR]);
  });

  it('fits into a narrow window, with the picture across it', { timeout: 120_000 }, async () => {
    const { url } = await serveScanned();
    const page = await openPage(`${url}#/review?show=all`, { width: 500, height: 800 });
    await page.getByTestId('sample-image').waitFor();
    const middle = page.getByRole('region', { name: 'Image under review' });
    expect((await middle.boundingBox())?.width).toBe(500);
    for (const screen of ['review', 'review?view=grid', 'overview', 'map', 'team', 'export', 'open']) {
      await goTo(page, `#/${screen}`);
      await page.locator('main:not([aria-busy="true"])').waitFor();
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await expect.poll(overflow, { message: screen }).toBeLessThanOrEqual(0);
    }
  });

  it('moves nothing by itself where less motion is asked for', { timeout: 600_000 }, async () => {
    const { url } = await serveScanned();
    const page = await openPage(url);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.evaluate(watchMotion);
    await visit(page, SCREEN_TOUR);
    expect(await page.evaluate(() => window.moved)).toEqual([]);
  });

  it('has none before a scan, nor before an import', { timeout: 300_000 }, async () => {
    const { url } = await serveScanned({ scanned: false });
    const face = { file: 'happiness/aiko_007.jpg', left: 60, top: 120, side: 200 };
    const photographs = await makeTree(join(temporaryFolder(), 'photographs'), {
      'angry/one.jpg': await photograph([face]),
      'happy/one.jpg': await photograph([face]),
    });
    await expectNoFindingsOn(await openPage(url, SMALLEST_WINDOW), unscannedTour(photographs));
  });
});
