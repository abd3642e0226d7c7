/**
 * From the start command to the first saved decision on a label that is likely wrong: seconds, keys and clicks.
 *
 *     npx node bench/review/firstDecision.ts [FOLDER]
 *
 * Runs `npm start` for somebody who has never used the program, in a fresh data folder. Nobody pauses to read or
 * to find a button, so the seconds are the machine's alone. Without FOLDER the sample is opened.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { launchChromium } from '../../test/support/chromium.ts';
import { readArguments } from '../arguments.ts';
import { CountedHand } from './countedHand.ts';

const NAME = 'ann';
const [folder] = readArguments('bench/review/firstDecision.ts [FOLDER]', {}).positionals;
const data = mkdtempSync(join(tmpdir(), 'grefel-first-'));
const context = await launchChromium();
const page = await context.newPage();

const started = performance.now();
const seconds = () => Number(((performance.now() - started) / 1000).toFixed(1));
const npm = spawn('npm', ['start', ...(folder === undefined ? [] : ['--', folder])], {
  env: { ...process.env, GREFEL_DATA_DIR: data, DISPLAY: '', WAYLAND_DISPLAY: '' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true, // a group of its own, which is ended as a whole
});
try {
  const hand = new CountedHand(page);
  await page.goto(await addressOf());
  const address = seconds();
  // The sample is scanned by itself; a folder of one's own is shown first.
  if (folder !== undefined) await hand.click(page.getByRole('button', { name: /^Scan [\d,]+ images?$/ }));
  await page.getByTestId('sample-image').waitFor({ timeout: 120_000 });
  const firstImage = seconds();
  await page.getByRole('dialog', { name: 'Label and suggestion' }).waitFor({ timeout: 120_000 });
  const firstSuggestion = seconds();
  await hand.press('Escape'); // leaves the tour
  await page.locator('fieldset.classes button:enabled').first().waitFor();
  await hand.press('Enter'); // accepts the suggestion
  await page.getByLabel('Your name').waitFor();
  await hand.type(NAME);
  await hand.press('Enter');
  await page.getByTestId('reviewed-count').filter({ hasText: /\b1\b/ }).waitFor();
  const { keys, clicks } = hand;
  const firstDecision = seconds();
  const load = loadavg()[0]?.toFixed(1);
  console.log(JSON.stringify({ address, firstImage, firstSuggestion, firstDecision, keys, clicks, load }));
} finally {
  await context.close();
  const ended = once(npm, 'close'); // also of the core, which holds the same pipe
  npm.stdout.resume();
  process.kill(-(npm.pid as number), 'SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true, maxRetries: 10 });
}

async function addressOf(): Promise<string> {
  for await (const line of createInterface(npm.stdout)) if (line.startsWith('http://')) return line.trim();
  throw new Error('npm start ended without an address');
}
