import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse/sync';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ColourName, makeColourDataset, SMALL_DATASET } from '../support/colourDataset.ts';
import { killProcess, openDesktop, signalProcess, startAgain } from '../support/desktopWindow.ts';
import { hasElectron, missingElectron } from '../support/electronRuntime.ts';
import { pressVerdict, queuePosition, text } from '../support/reviewPage.ts';
import { grefel, serveDataset } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { expectOnlyPicturesOf, makeTwoDatasets, openByPath } from '../support/twoDatasets.ts';
import { startDisplay } from '../support/xvfb.ts';

const required = process.env.REQUIRE_E2E === '1';
if (!hasElectron && !required) console.warn(`desktop tests are skipped: ${missingElectron}`);

let display: Awaited<ReturnType<typeof startDisplay>>;

async function datasetFolder(images: Record<string, ColourName> = SMALL_DATASET): Promise<string> {
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  return folder;
}

/** Enough images that the scan is not done before its processes are killed, even if that takes a while. */
const MANY_IMAGES = 800;
const LONG_DATASET = Object.fromEntries(
  Array.from({ length: MANY_IMAGES }, (_, i) => [
    `${i % 2 ? 'happy' : 'sad'}/${i}.png`,
    i % 4 === 1 ? 'anger' : i % 2 ? 'happiness' : 'sadness',
  ]),
) as Record<string, ColourName>;

/** The person's answer to the system's dialog, which no test can click. */
async function answerSaveDialog(app: ElectronApplication, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, path) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath: path })) as never;
  }, filePath);
}

async function scan(page: Page): Promise<void> {
  await page.getByRole('button', { name: /scan/i }).first().click();
}

interface ShownState {
  project: { counts: { scanned: number; pending: number; unreadable: number; images: number } } | null;
  job: { state: string } | null;
}
const state = (page: Page) =>
  page.evaluate(async (): Promise<ShownState> => (await fetch('/api/state')).json());

describe.skipIf(!hasElectron && !required)('in the desktop window', () => {
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => display?.stop());

  it('two datasets, opened one after the other and back, show each its own pictures everywhere', async () => {
    const data = temporaryFolder();
    const [first, second] = await makeTwoDatasets(data);
    const { page } = await openDesktop({ data, display: display.name, args: [first] });
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await expectOnlyPicturesOf(page, first);
    await openByPath(page, second);
    await expectOnlyPicturesOf(page, second);
    await openByPath(page, first);
    await expectOnlyPicturesOf(page, first);
  });

  it('each dataset has a window of its own, which comes forward when the dataset is opened again', async () => {
    const data = temporaryFolder();
    const [first, second] = await makeTwoDatasets(data);
    const { app, page } = await openDesktop({ data, display: display.name, args: [first] });
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    const clickNew = () =>
      app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('new-window')?.click());
    const [other] = await Promise.all([app.waitForEvent('window'), clickNew()]);
    await openByPath(other, second);
    await expectOnlyPicturesOf(page, first);

    const forward = await app.evaluateHandle(({ BrowserWindow }) => {
      const titles: string[] = [];
      for (const window of BrowserWindow.getAllWindows())
        window.focus = () => void titles.push(window.webContents.getTitle());
      return titles;
    });
    await other.keyboard.press('Control+o');
    await other.getByLabel('Folder', { exact: true }).fill(first);
    await other.keyboard.press('Enter');
    await expect.poll(() => forward.jsonValue()).toHaveLength(1);
    await startAgain({ data, display: display.name, args: [second] });
    await expect.poll(() => forward.jsonValue()).toHaveLength(2);
    const [ofFirst, ofSecond] = await Promise.all([page.title(), other.title()]);
    expect(await forward.jsonValue()).toEqual([ofFirst, ofSecond]);
    expect(app.windows()).toHaveLength(2);

    await other.close();
    await startAgain({ data, display: display.name, args: [second] }); // its project is free again
    await expect.poll(() => app.windows().length).toBe(2);
    const again = app.windows().find((window) => window !== page) as Page;
    await expect.poll(() => queuePosition(again)).toMatch(/1 of 8/);
    expect(await again.title()).toBe(ofSecond);
  });

  it('a folder is opened, scanned, reviewed by keyboard, undone, and exported', async () => {
    const [folder, data] = [await datasetFolder(), temporaryFolder()];
    const { app, page } = await openDesktop({ data, display: display.name, args: [folder] });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));

    await scan(page);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    const first = await text(page, 'sample-name');
    await pressVerdict(page, 'Enter'); // take the suggestion
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    await pressVerdict(page, 'x'); // exclude
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/2/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/1/);

    await page.keyboard.press('Control+e');
    const file = join(temporaryFolder(), 'cleaned.csv');
    await answerSaveDialog(app, file);
    await page.getByTestId('export-link').click();
    await page.getByText(`Saved to ${file}`).waitFor();
    const csv = readFileSync(file, 'utf8');
    const rows = parse(csv, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ image }) => image)).toEqual(Object.keys(SMALL_DATASET).sort());
    expect(rows.find(({ image }) => image === first)).toMatchObject({ status: 'relabelled' });
    expect(errors).toEqual([]);

    await answerSaveDialog(app, join(folder, 'happy/1.png'));
    await page.getByTestId('export-link').click();
    await page.getByText(/is in the dataset, which is never changed/).waitFor();
    await app.close();
    expect(grefel(['export', folder, '--out', '-'], data)).toBe(csv);
  });

  it('a scan is seen in the task bar, its end is told to who looks elsewhere, and Help tells of versions and licences', async () => {
    const folder = await datasetFolder();
    const { app, page } = await openDesktop({
      data: temporaryFolder(),
      display: display.name,
      args: [folder],
    });
    await page.getByRole('button', { name: /scan/i }).first().waitFor();
    const signs = await app.evaluateHandle(({ BrowserWindow, dialog, shell }) => {
      const [window] = BrowserWindow.getAllWindows();
      const seen = { progress: [] as number[], flashed: [] as boolean[], about: '', shown: '' };
      if (!window) return seen;
      window.setProgressBar = (value) => void seen.progress.push(value);
      window.flashFrame = (flag) => void seen.flashed.push(flag);
      window.isFocused = () => false;
      dialog.showMessageBox = (async (_window: unknown, { message, detail }: Record<string, string>) => {
        seen.about = `${message}. ${detail}`;
        return { response: 1 }; // Show licences
      }) as never;
      shell.openPath = async (path) => {
        seen.shown = path;
        return '';
      };
      return seen;
    });
    await scan(page);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await expect.poll(async () => (await signs.jsonValue()).progress.at(-1)).toBe(-1);
    expect((await signs.jsonValue()).progress.some((value) => value >= 0 && value <= 1)).toBe(true);
    await page.evaluate(() => window.desktop?.showJob({ progress: null, ended: 'The scan is done.' }));
    expect((await signs.jsonValue()).flashed).toEqual([true]);

    await expect
      .poll(() =>
        app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('view.tour')?.enabled),
      )
      .toBe(true);
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('about')?.click());
    await expect
      .poll(async () => (await signs.jsonValue()).about)
      .toMatch(/^GReFEL Relabel 0\.\d.*Electron 33/s);
    await expect.poll(async () => (await signs.jsonValue()).shown).toMatch(/LICEN[CS]E/);
  });

  it('a plot is saved by the window', async () => {
    const folder = await datasetFolder();
    const { app, page } = await openDesktop({
      data: temporaryFolder(),
      display: display.name,
      args: [folder],
    });
    await scan(page);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await page.keyboard.press('Control+i');
    const file = join(temporaryFolder(), 'plot.svg');
    const ended = app.evaluate(
      ({ session }, path) =>
        new Promise<string>((resolve) => {
          session.defaultSession.once('will-download', (_event, item) => {
            item.setSavePath(path); // the person's answer to the system's dialog
            item.once('done', (_done, state) => resolve(state));
          });
        }),
      file,
    );
    await page
      .getByRole('button', { name: /^SVG: save/ })
      .first()
      .click();
    expect(await ended).toBe('completed');
    expect(readFileSync(file, 'utf8')).toContain('<svg');
  });

  it('the review goes on after its core was killed: the window says so, and no verdict is lost', async () => {
    const [folder, data] = [await datasetFolder(), temporaryFolder()];
    const { app, page } = await openDesktop({ data, display: display.name, args: [folder] });
    await scan(page);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await pressVerdict(page, 'Enter');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    const place = await text(page, 'sample-name');

    await killProcess(app, 'core');
    await page.getByText('Part of the program stopped and was restarted').waitFor();
    await pressVerdict(page, 'x');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/2/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => text(page, 'reviewed-count')).toMatch(/1/);
    await expect.poll(() => text(page, 'sample-name')).toBe(place);
    await app.close();
    expect(grefel(['export', folder, '--what', 'reviewed', '--out', '-'], data)).toContain('relabelled');
  });

  it.each(['child', 'utility'])(
    'a scan survives the death of its engine (%s process) and goes on after the death of its core',
    async (engineKind) => {
      const [folder, data] = [await datasetFolder(LONG_DATASET), temporaryFolder()];
      const env = { GREFEL_ENGINE: engineKind };
      const { app, page } = await openDesktop({ data, display: display.name, args: [folder], env });
      await scan(page);
      await expect
        .poll(async () => (await state(page)).project?.counts.scanned, { interval: 20 })
        .toBeGreaterThan(0);
      await killProcess(app, 'engine');
      await killProcess(app, 'core');
      await page.getByText('Part of the program stopped and was restarted').waitFor();
      const after = (await state(page)).project?.counts;
      expect(after).toMatchObject({ images: MANY_IMAGES });
      expect(after?.scanned).toBeGreaterThan(0);
      expect(after?.pending).toBeGreaterThan(0);
      await scan(page);
      await expect
        .poll(async () => (await state(page)).project?.counts, { timeout: 300_000 }) // a scan makes way for everything else
        .toMatchObject({
          scanned: MANY_IMAGES,
          pending: 0,
          unreadable: 0,
        });
    },
    600_000,
  );

  it('closes once a verdict on its way is saved, and asks about one that is not', async () => {
    const [folder, data] = [await datasetFolder(), temporaryFolder()];
    const { app, page } = await openDesktop({ data, display: display.name, args: [folder] });
    await scan(page);
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    const questions = await app.evaluateHandle(({ dialog }) => {
      const asked: string[] = [];
      dialog.showMessageBoxSync = ((_window: unknown, { message }: { message: string }) => {
        asked.push(message);
        return 0; // keep it open
      }) as never;
      return asked;
    });
    const close = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

    const shell = app.process();
    const core = await signalProcess(app, 'core', 'SIGSTOP'); // it gets no request
    await pressVerdict(page, 'Enter');
    await expect.poll(() => queuePosition(page)).toMatch(/2 of 2/);
    await close();
    await expect.poll(() => questions.jsonValue()).toEqual(['Some decisions are not saved yet']);
    await close();
    process.kill(core, 'SIGCONT');
    await expect.poll(() => shell.exitCode).toBe(0);
    expect(grefel(['export', folder, '--what', 'reviewed', '--out', '-'], data)).toContain('relabelled');
  });

  it('a core that cannot live is given up with a reason, and can be started again', async () => {
    const data = temporaryFolder();
    const { app, page } = await openDesktop({ data, display: display.name });
    let killed = 0;
    for (let death = 1; death <= 3; death++) killed = await killProcess(app, 'core', killed);
    await page.getByText(/stopped 3 times within a minute/).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.getByText(/stopped 3 times/).isVisible()).toBe(false);
    expect((await state(page)).project).toBeNull();
  });

  it('a core in a utility process is asked with its token, streams its events, and is started again', async () => {
    const stubCore = join(import.meta.dirname, '../support/stubCore.mjs');
    const { app, page } = await openDesktop({ data: temporaryFolder(), display: display.name, stubCore });
    const firstEvents = () =>
      page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const source = new EventSource('/api/events');
            const heard: string[] = [];
            source.addEventListener('count', ({ data }) => {
              heard.push(data);
              if (heard.length < 3) return;
              source.close();
              resolve(heard);
            });
          }),
      );
    const version = () => page.evaluate(async () => (await (await fetch('/api/state')).json()).version);
    expect(await version()).toMatch(/^stub of \d+$/);
    expect(await firstEvents()).toEqual(['1', '2', '3']);
    const before = await version();
    await killProcess(app, 'engine'); // the only utility process: the stub
    await expect.poll(() => version().catch(() => before)).not.toBe(before);
    expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
  });

  it('says why a folder cannot be opened: in use, written by a newer version, vanished', async () => {
    const [folder, data] = [await datasetFolder(), temporaryFolder()];
    const served = await serveDataset(folder, data);
    onTestFinished(() => served.stop());
    const { page } = await openDesktop({ data, display: display.name, args: [folder] });
    await page.getByText(/is in use by another GReFEL Relabel/).waitFor();
    await served.stop();

    const [name] = readdirSync(join(data, 'projects')).filter((file) => file.endsWith('.sqlite'));
    const project = new DatabaseSync(join(data, 'projects', name as string));
    project.exec('PRAGMA user_version = 1000');
    project.close();
    // a second start of the app hands its folder over and ends
    await startAgain({ data, display: display.name, args: [folder] });
    await page.getByText(/was written by a newer version/).waitFor();

    await rm(folder, { recursive: true });
    await startAgain({ data, display: display.name, args: [folder] });
    await page.getByText(/does not exist/).waitFor();
  });
});
