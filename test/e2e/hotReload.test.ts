import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { TINY_MODELS } from '../support/colourDataset.ts';
import { ELECTRON_DIST, hasElectron } from '../support/electronRuntime.ts';
import { giveName, knowTour } from '../support/giveName.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { PATIENCE_MS } from '../support/testBrowser.ts';
import { startDisplay } from '../support/xvfb.ts';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = ['bin', 'electron.vite.config.ts', 'package.json', 'resources', 'src', 'tsconfig.json'];

let display: Awaited<ReturnType<typeof startDisplay>>;

/** The sources in a folder where a test may change them, and where Vite keeps what it makes of the packages. */
function copyOfSources(): string {
  const copy = join(temporaryFolder(), 'copy');
  for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'models'), join(copy, 'models'));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((name) => !name.startsWith('.')))
    symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  return copy;
}

/** `npm run dev` on the sample; ended when the test ends. */
function startDev(copy: string): ChildProcess {
  const data = temporaryFolder();
  giveName(data);
  knowTour(data);
  const chromiumArguments = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0'];
  const ownArguments = ['--model', join(TINY_MODELS, 'tiny.onnx'), join(copy, 'resources/sample/faces')];
  const dev = spawn(process.execPath, ['bin/dev.js', ...chromiumArguments, ...ownArguments], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: display.name,
      GREFEL_DATA_DIR: data,
      ELECTRON_OVERRIDE_DIST_PATH: ELECTRON_DIST,
    },
  });
  onTestFinished(async () => {
    const ended = once(dev, 'exit');
    if (dev.exitCode === null && dev.kill()) await ended;
  });
  return dev;
}

/** Connects to the window of each start of the app in turn. */
function windowsOf(dev: ChildProcess): () => Promise<Page> {
  let said = '';
  for (const stream of [dev.stdout, dev.stderr])
    stream?.setEncoding('utf8').on('data', (text) => (said += text));
  return async () => {
    const address = () => said.match(/DevTools listening on (\S+)\s/)?.[1] ?? said;
    await expect.poll(address).toMatch(/^ws:\S+$/);
    const browser = await chromium.connectOverCDP(address());
    said = '';
    onTestFinished(() => browser.close());
    const pages = () => browser.contexts().flatMap((context) => context.pages());
    await expect.poll(pages).toHaveLength(1);
    const [page] = pages() as [Page];
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  };
}

function change(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { isMarked: true }));
const isMarked = (page: Page) => page.evaluate(() => 'isMarked' in window);
const layoutTitle = (page: Page) =>
  page.evaluate(async () => (await (await fetch('/api/state')).json()).project.layout.title);

describe.skipIf(!hasElectron && process.env.REQUIRE_E2E !== '1')('npm run dev', () => {
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => display?.stop());

  it('shows what has changed in the sources: of a component in the open page, of the preload in a new page, of the core in a new window', async () => {
    const copy = copyOfSources();
    const nextWindow = windowsOf(startDev(copy));
    const page = await nextWindow();
    await page.getByText(/\d images left in this queue/).waitFor();
    await mark(page);
    change(join(copy, 'src/renderer/review/stage/FilmStrip.svelte'), 'left in this queue', 'still to review');
    await page.getByText(/\d images still to review/).waitFor();
    expect(await isMarked(page)).toBe(true);

    change(
      join(copy, 'src/preload/preload.ts'),
      "'desktop', desktop",
      "'desktop', { ...desktop, changed: 1 }",
    );
    await expect.poll(() => page.evaluate(() => 'changed' in (window.desktop ?? {}))).toBe(true);
    expect(await isMarked(page)).toBe(false);

    change(join(copy, 'src/main/api/projectSummary.ts'), "recognition?.title ?? ''", "'Changed layout'");
    const restarted = await nextWindow();
    await restarted.getByText(/\d images still to review/).waitFor();
    expect(await layoutTitle(restarted)).toBe('Changed layout');
  });
});
