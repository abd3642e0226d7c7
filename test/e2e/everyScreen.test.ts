import { beforeAll, describe, it } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { SMALL_DATASET } from '../support/colourDataset.ts';
import { expectNoAxeFindingsInBothThemes, openPage, serveScanned } from '../support/reviewPage.ts';
import { SCREEN_TOUR } from '../support/screenTour.ts';
import { buildApplication } from '../support/servedDataset.ts';

const required = process.env.REQUIRE_E2E === '1';

describe.skipIf(!hasChromium && !required)('every screen, in light and dark', () => {
  beforeAll(buildApplication);

  it('has no accessibility finding, nor has what opens over it', { timeout: 600_000 }, async () => {
    const { url } = await serveScanned({
      // Splits, so that their filters are on the screen too.
      images: Object.fromEntries(
        Object.entries(SMALL_DATASET).flatMap(([path, colour]) => [
          [`train/${path}`, colour],
          [`test/${path}`, colour],
        ]),
      ),
    });
    const page = await openPage(url, { width: 1024, height: 700 });
    for (const { name, show } of SCREEN_TOUR) {
      await show(page).catch((error) => {
        throw new Error(`${name} is not reached`, { cause: error });
      });
      await expectNoAxeFindingsInBothThemes(page, name);
    }
  });
});
