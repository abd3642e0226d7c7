import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../support/colourDataset.ts';
import { openDesktop, signalProcess, startAgain } from '../support/desktopWindow.ts';
import { hasElectron } from '../support/electronRuntime.ts';
import { queuePosition, text } from '../support/reviewPage.ts';
import { grefel } from '../support/servedDataset.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { PATIENCE_MS } from '../support/testBrowser.ts';
import { makeTwoDatasets } from '../support/twoDatasets.ts';
import { startDisplay } from '../support/xvfb.ts';

let display: Awaited<ReturnType<typeof startDisplay>>;

async function openFirstOfTwo() {
  const data = temporaryFolder();
  const [first, second] = await makeTwoDatasets(data);
  const { app, page } = await openDesktop({ data, display: display.name, args: [first] });
  await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
  return { app, page, first, second };
}

/** A folder that nobody has opened yet. */
async function newFolder(): Promise<string> {
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return folder;
}

/** Clicks an item of the native menu once it is enabled, by the labels on the way to it. */
async function clickMenu(app: ElectronApplication, ...labels: string[]): Promise<void> {
  const click = () =>
    app.evaluate(({ Menu }, way) => {
      let items = Menu.getApplicationMenu()?.items ?? [];
      for (const [depth, label] of way.entries()) {
        const item = items.find((each) => each.label === label);
        if (!item?.enabled) return false;
        if (depth === way.length - 1) item.click();
        items = item.submenu?.items ?? [];
      }
      return true;
    }, labels);
  await expect.poll(click, { message: labels.join(' > ') }).toBe(true);
}

/** What the system's file manager is asked to show from now on. */
const followReveals = (app: ElectronApplication) =>
  app.evaluateHandle(({ shell }) => {
    const revealed: string[] = [];
    shell.showItemInFolder = (path) => void revealed.push(path);
    return revealed;
  });

/** As the system does when a person lets go of a file or folder over the window. */
async function dropOn(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
  await session.detach();
}

describe.skipIf(!hasElectron && process.env.REQUIRE_E2E !== '1')('the desktop window', () => {
  beforeAll(async () => {
    display = await startDisplay();
  });
  afterAll(() => display?.stop());

  it('does in its page what is clicked in the menu', async () => {
    const { app, page } = await openFirstOfTwo();
    await clickMenu(app, 'File', 'Overview');
    await page.getByRole('heading', { name: 'Review yield' }).waitFor();
    await page.goBack();
    await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
    await clickMenu(app, 'Help', 'Guided tour');
    await page.getByText('1 of 5').waitFor();
  });

  it('opens from its menu a folder that is chosen there, and recent ones', async () => {
    const { app, page, first, second } = await openFirstOfTwo();
    const folder = await newFolder();
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as never;
    }, folder);
    await clickMenu(app, 'File', 'Open folder...');
    await page.getByRole('button', { name: /^Scan \d+ images/ }).waitFor();
    await clickMenu(app, 'File', 'Open recent', second);
    await expect.poll(() => page.title()).toMatch(/^second /);

    const revealed = await followReveals(app);
    await clickMenu(app, 'File', 'Open recent', first);
    await expect.poll(() => page.title()).toMatch(/^first /);
    await expect
      .poll(async () => {
        await clickMenu(app, 'File', 'Show dataset folder');
        return (await revealed.jsonValue()).at(-1);
      })
      .toBe(first);
  });

  it('checks a folder that is dropped on it, and does not leave its page', async () => {
    const { page } = await openFirstOfTwo();
    const folder = await newFolder();
    await dropOn(page, folder);
    await page.getByRole('button', { name: /^Scan \d+ images/ }).waitFor();
    await page.getByText(folder).first().waitFor();
    expect(page.url()).toMatch(/^grefel:\/\/app\//);
  });

  it('opens a project file, also from a second start and after its core has died', async () => {
    const data = temporaryFolder();
    const [first] = await makeTwoDatasets(data);
    const project = join(temporaryFolder(), 'faces.grefel');
    grefel(['scan', first, '--project', project, '--quiet', '--model', join(TINY_MODELS, 'tiny.onnx')], data);
    const options = { data, display: display.name };
    const { app, page } = await openDesktop(options);
    const isOpen = async () => {
      const answer = await page.evaluate(async () => (await fetch('/api/state')).json()).catch(() => null);
      return answer?.project?.projectFile;
    };
    await startAgain({ ...options, args: [project] });
    await expect.poll(isOpen, { timeout: PATIENCE_MS }).toBe(project);
    await page.getByTestId('sample-image').waitFor();
    await signalProcess(app, 'core', 'SIGKILL');
    await expect.poll(isOpen, { timeout: PATIENCE_MS }).toBe(project);
    await startAgain({ ...options, args: [project] });
    expect(app.windows()).toHaveLength(1);
  });

  it('shows the current image in its folder, and of one of several faces its file', async () => {
    const { app, page, first } = await openFirstOfTwo();
    const image = join(first, (await text(page, 'sample-name')) ?? '');
    const revealed = await followReveals(app);
    await page.keyboard.press('Shift+O');
    await expect.poll(() => revealed.jsonValue()).toEqual([image]);
    await page.evaluate((path) => window.desktop?.reveal(`${path}#2`), image);
    expect(await revealed.jsonValue()).toEqual([image, image]);
  });

  it('opens where it was closed, and in sight if that place is on no display any more', async () => {
    const data = temporaryFolder();
    const open = () => openDesktop({ data, display: display.name });
    const boundsOf = (app: ElectronApplication) =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
    const closeAt = async (place: Electron.Rectangle) => {
      const { app, page } = await open();
      await page.getByRole('button').first().waitFor();
      await app.evaluate(
        ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
        place,
      );
      await expect.poll(() => boundsOf(app)).toEqual(place);
      await app.close();
    };
    const place = { x: 90, y: 70, width: 1100, height: 720 };
    await closeAt(place);
    const { app } = await open();
    expect(await boundsOf(app)).toEqual(place);
    await app.close();

    await closeAt({ ...place, x: 5000 });
    const again = (await boundsOf((await open()).app)) as Electron.Rectangle;
    expect(again.x + again.width).toBeLessThanOrEqual(1600); // the width of the display
  });

  it('refuses permissions, other windows and other pages', async () => {
    const { app, page } = await openFirstOfTwo();
    const answers = await page.evaluate(async () => {
      const refused = (asked: Promise<unknown>) =>
        asked.then(
          () => 'given',
          (error: Error) => error.name,
        );
      return {
        notifications: await Notification.requestPermission(),
        camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
        clipboard: await refused(navigator.clipboard.readText()),
        place: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(
            () => resolve('given'),
            ({ code }) => resolve(code),
          ),
        ),
        window: window.open('https://example.org/'),
      };
    });
    expect(answers).toEqual({
      notifications: 'denied',
      camera: 'denied',
      clipboard: 'NotAllowedError',
      place: 1, // PERMISSION_DENIED
      window: null,
    });
    const address = page.url();
    for (const elsewhere of ['https://example.org/', 'file:///etc/passwd', 'grefel://elsewhere/']) {
      await page.evaluate((url) => {
        location.href = url;
      }, elsewhere);
      await expect.poll(() => queuePosition(page)).toMatch(/1 of 2/);
      expect(
        await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL()),
      ).toBe(address);
    }
    expect(app.windows()).toHaveLength(1);
  });
});
