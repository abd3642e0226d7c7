import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import { CHROMIUM, chromiumArguments } from './chromium.ts';

let browser: Promise<Browser> | null = null;

afterAll(async () => {
  await (await browser)?.close();
});

/** A profile of its own in the browser that the tests of a file share; forgotten when the test ends. */
export async function freshProfile(viewport = { width: 1440, height: 900 }): Promise<BrowserContext> {
  browser ??= chromium.launch({ executablePath: CHROMIUM, headless: true, args: chromiumArguments() });
  const context = await (await browser).newContext({ viewport, acceptDownloads: true });
  onTestFinished(() => context.close());
  return context;
}
