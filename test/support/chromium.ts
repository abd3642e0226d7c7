import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

/**
 * A fresh headless browser that has no network beyond this machine. Close the context to end it.
 * @param graphics flags for drawing; by default the processor draws
 */
export async function launchChromium(
  viewport = { width: 1440, height: 900 },
  graphics: readonly string[] = ['--disable-gpu'],
): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'grefel-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    viewport,
    acceptDownloads: true,
    args: [
      '--headless',
      '--no-sandbox',
      ...graphics,
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  context.on('close', () => rmSync(profile, { recursive: true, force: true, maxRetries: 10 }));
  return context;
}
