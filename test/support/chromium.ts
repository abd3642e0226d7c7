import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Chromium without a window's parts, of the same version: a page in it costs less than half the processor time. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell';
const DESKTOP_CHROMIUM = '/usr/bin/chromium';

/** The browser of the tests. */
export const CHROMIUM =
  process.env.CHROMIUM ?? (existsSync(HEADLESS_SHELL) ? HEADLESS_SHELL : DESKTOP_CHROMIUM);
export const hasChromium = existsSync(CHROMIUM);

/** No network beyond this machine; by default the processor draws. */
export const chromiumArguments = (graphics: readonly string[] = ['--disable-gpu']) => [
  '--headless',
  '--no-sandbox',
  ...graphics,
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A fresh headless browser, of the kind that people use, for pictures and measurements. Close the context to end it.
 * @param graphics flags for drawing
 */
export async function launchChromium(
  viewport = { width: 1440, height: 900 },
  graphics?: readonly string[],
): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'grefel-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? DESKTOP_CHROMIUM,
    headless: true,
    viewport,
    acceptDownloads: true,
    args: chromiumArguments(graphics),
  });
  context.on('close', () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 }));
  return context;
}
