import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { type ColourName, makeColourDataset, SMALL_DATASET } from './colourDataset.ts';
import { scannedOnce } from './scannedOnce.ts';
import { scanTiny, serveDataset } from './servedDataset.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { freshProfile } from './testBrowser.ts';

/** A page of a profile of its own, which must not throw or break its content security policy while the test lasts. */
export async function openPage(url: string, viewport?: { width: number; height: number }): Promise<Page> {
  const page = await (await freshProfile(viewport)).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) errors.push(message.text());
  });
  onTestFinished(() => expect(errors).toEqual([]));
  await page.goto(url);
  return page;
}

/** Presses a decision's key once the image on the screen can be decided on: an earlier press is ignored. */
export async function pressVerdict(page: Page, key: string): Promise<void> {
  const picture = page.getByTestId('sample-image').or(page.getByTestId('sample-problem'));
  await picture.or(page.getByRole('grid')).first().waitFor();
  await page
    .locator('button:enabled', { hasText: /^.*exclude$/ })
    .first()
    .waitFor();
  await page.keyboard.press(key);
}

export async function expectNoAxeFindings(page: Page): Promise<void> {
  await expectSettled(page);
  await expectNoFindings(new AxeBuilder({ page }), 'this screen');
}

/** Dimmed content that is being loaded again does not count. */
const expectSettled = (page: Page) =>
  expect.poll(() => page.locator('main[aria-busy="true"]').count()).toBe(0);

async function expectNoFindings(axe: AxeBuilder, where: string): Promise<void> {
  const { violations } = await axe.analyze();
  const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  expect(findings, where).toEqual([]);
}

/**
 * All of axe's checks in the dark theme, and those that depend on colours in the light one.
 * @param where named in a failure
 */
export async function expectNoAxeFindingsInBothThemes(page: Page, where = 'this screen'): Promise<void> {
  await expectSettled(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectNoFindings(new AxeBuilder({ page }), `${where}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  await expectNoFindings(new AxeBuilder({ page }).withRules('color-contrast'), `${where}, light`);
}

export const text = (page: Page, testId: string) => page.getByTestId(testId).textContent();

/** As shown: `1 of 12`. */
export const queuePosition = (page: Page) => text(page, 'queue-position');

/** Presses Tab until the focus is on the element, as someone without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 200 && !(await isThere()); presses++) await page.keyboard.press('Tab');
  expect(await isThere(), `${target} is reached by Tab`).toBe(true);
}

interface ReviewedItem {
  id: number;
  image: string;
  status: string;
  label: number | null;
}

/** Every image with its verdict, as the core has it. */
export async function reviewedImages(page: Page): Promise<ReviewedItem[]> {
  const { queueId } = await askDataset<{ queueId: string }>(page, '/queues', { filter: { show: 'all' } });
  const { items } = await askDataset<{ items: ReviewedItem[] }>(page, `/queues/${queueId}/items?limit=1000`);
  return items;
}

/** Requests something about the open dataset from the core, bypassing the page. */
export function askDataset<Answer>(
  page: Page,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Answer> {
  return page.evaluate(
    async ([path, body, method]) => {
      const { revision } = await (await fetch('/api/state')).json();
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      return (await fetch(`/api/datasets/${revision.opening}${path}`, { method, ...init })).json();
    },
    [path, body, method] as const,
  );
}

/** The folder of a dataset that nobody has opened yet, and an empty folder for the projects. */
export async function makeDataset(
  images: Record<string, ColourName> = SMALL_DATASET,
  make = (folder: string) => makeColourDataset(folder, images),
) {
  const folder = join(temporaryFolder(), 'faces');
  await make(folder);
  return { folder, data: temporaryFolder() };
}

/** As makeDataset, scanned; the folder is shared by the tests of the file, the project is not. */
async function shareScanned(
  images: Record<string, ColourName> = SMALL_DATASET,
  make?: (folder: string) => Promise<void>,
) {
  const data = temporaryFolder();
  const place = await scannedOnce(make ?? images, data, async (place, scanned) => {
    const folder = join(place, 'faces');
    await (make ? make(folder) : makeColourDataset(folder, images));
    scanTiny(folder, scanned);
  });
  return { folder: join(place, 'faces'), data };
}

interface ServedAs {
  images?: Record<string, ColourName>;
  /** Writes the dataset, where it is more than images in the folders of their classes. */
  make?: (folder: string) => Promise<void>;
  scanned?: boolean;
  /** The test changes the folder of the dataset, which it therefore has to itself. */
  changesFolder?: boolean;
  /** Who has given their name here before; null for nobody. */
  annotator?: string | null;
}

/** A scanned dataset of twelve images, served; `all` is the queue of all of them. */
export async function serveScanned({
  images,
  make,
  scanned = true,
  changesFolder = false,
  annotator,
}: ServedAs = {}) {
  const { folder, data } =
    scanned && !changesFolder ? await shareScanned(images, make) : await makeDataset(images, make);
  if (scanned && changesFolder) scanTiny(folder, data);
  const served = await serveDataset(folder, data, undefined, annotator);
  onTestFinished(() => served.stop());
  return { folder, data, ...served, all: `${served.url}#/review?show=all` };
}

/** Goes to an address of the page, such as `#/team`; the page has reacted when this resolves. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(async (to) => {
    if (location.hash === to) return;
    const heard = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = to;
    await heard;
  }, hash);
}

/** Runs a command from the palette. */
export async function runCommand(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Command' }).fill(words);
  await page.keyboard.press('Enter');
}

/** From now on the core gets such requests only when the answer is called. */
export async function hold(page: Page, requests: string): Promise<() => void> {
  const { promise: released, resolve } = Promise.withResolvers<void>();
  await page.route(requests, async (route) => {
    await released;
    await route.continue();
  });
  return resolve;
}

/** Unfolds why a label is flagged, where that was not left open, and waits for the images most like the one on the screen. */
export async function openWhy(page: Page): Promise<void> {
  const evidence = page.getByRole('complementary', { name: 'Evidence' });
  const why = evidence.locator('details', { hasText: /^Why/ }).first();
  await why.waitFor();
  if ((await why.getAttribute('open')) === null) await evidence.getByText('Why', { exact: true }).click();
  await evidence.getByText('Most similar images').waitFor();
  await evidence
    .getByRole('button', { name: /^Show .*labelled/ })
    .first()
    .waitFor();
}
