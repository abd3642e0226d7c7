/**
 * Makes the pictures of README and docs from the sample dataset, in a real browser.
 *
 *   npm run build && node docs/images/make.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../test/support/chromium.ts';
import { grefel, serveDataset } from '../../test/support/servedDataset.ts';

const SAMPLE = join(import.meta.dirname, '../../resources/sample/faces');
const data = mkdtempSync(join(tmpdir(), 'grefel-pictures-'));

grefel(['scan', SAMPLE, '--quiet'], data);
const served = await serveDataset(SAMPLE, data, null);
try {
  for (const colorScheme of ['dark', 'light'] as const) {
    const context = await launchChromium();
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme });
    await page.goto(served.url);
    await page.getByTestId('verdict-line').waitFor();
    await page.waitForLoadState('networkidle');
    const take = (name: string) =>
      page.screenshot({ path: join(import.meta.dirname, `${name}-${colorScheme}.png`) });
    await take('review');
    await go(page, 'Export');
    await page.getByTestId('export-link').waitFor();
    await take('export');
    await go(page, 'Open');
    await take('open');
    await context.close();
  }
} finally {
  await served.stop();
  rmSync(data, { recursive: true, force: true });
}

async function go(page: Page, screen: string): Promise<void> {
  await page
    .getByRole('button', { name: screen })
    .or(page.getByRole('link', { name: screen }))
    .first()
    .click();
}
