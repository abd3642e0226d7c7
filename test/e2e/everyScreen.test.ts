import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { makeColourTable } from '../support/colourDataset.ts';
import { makeTree } from '../support/datasetTree.ts';
import { photograph } from '../support/photographs.ts';
import { expectNoAxeFindingsInBothThemes, openPage, serveScanned } from '../support/reviewPage.ts';
import { FURTHER_TOUR, SCREEN_TOUR, type Stop, unscannedTour } from '../support/screenTour.ts';
import { buildApplication } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const required = process.env.REQUIRE_E2E === '1';
const SMALLEST_WINDOW = { width: 1024, height: 700 };

async function expectNoFindingsOn(page: Page, tour: readonly Stop[]): Promise<void> {
  for (const { name, show } of tour) {
    await show(page).catch((error) => {
      throw new Error(`${name} is not reached`, { cause: error });
    });
    await expectNoAxeFindingsInBothThemes(page, name);
  }
}

describe.skipIf(!hasChromium && !required)('every screen, in light and dark', () => {
  beforeAll(buildApplication);

  it('has no accessibility finding, nor has what opens over it', { timeout: 900_000 }, async () => {
    const { url } = await serveScanned({
      make: (folder) => makeColourTable(folder, { splits: true }),
      annotator: null,
    });
    const page = await openPage(url, SMALLEST_WINDOW);
    await expectNoFindingsOn(page, [...SCREEN_TOUR, ...FURTHER_TOUR]);
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
