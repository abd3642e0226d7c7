import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { CHROMIUM, chromiumArguments } from './chromium.ts';

/** For a page on a machine that others share. */
export const PATIENCE_MS = 90_000;

let browser: Promise<Browser> | null = null;

afterAll(async () => {
  await (await browser)?.close();
});

/** A profile of its own in the browser that the tests of a file share; forgotten when the test ends. */
export async function freshProfile(viewport = { width: 1440, height: 900 }): Promise<BrowserContext> {
  browser ??= chromium.launch({ executablePath: CHROMIUM, headless: true, args: chromiumArguments() });
  const context = await (await browser).newContext({ viewport, acceptDownloads: true });
  context.setDefaultTimeout(PATIENCE_MS);
  onTestFinished(() => context.close());
  return context;
}
