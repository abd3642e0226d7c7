/**
 * Makes the pictures of README and docs from the sample dataset, in a real browser: every screen in both themes.
 *
 *   npm run build && npx node docs/images/make.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pngQuantize } from '@napi-rs/image';
import { parse } from 'csv-parse/sync';
import type { Page, Route } from 'playwright-core';
import { launchChromium } from '../../test/support/chromium.ts';
import { grefel, serveDataset } from '../../test/support/servedDataset.ts';

const SAMPLE = join(import.meta.dirname, '../../resources/sample');
const FACES = join(SAMPLE, 'faces');
/** Images that somebody who knows the truth has reviewed, so that the Overview has something to show. */
const DECIDED = 20;
const DESCRIPTIONS: Record<string, string> = {
  anger: 'Brows drawn down and together, a hard stare. Lips pressed or bared.',
  disgust: 'Nose wrinkled, upper lip raised. With brows down alone it is anger.',
  fear: 'Brows raised and drawn together, eyes wide. Without the drawn brows it is surprise.',
  happiness: 'Corners of the mouth up, cheeks raised. A smile with the mouth alone counts too.',
  neutral: 'No part of the face is moved. If in doubt between two: ambiguous (A).',
};
/** Roughly a person's pace. */
const MS_PER_DECISION = 1500;

interface Screen {
  name: string;
  hash: string;
  /** Resolves when the screen is complete. */
  ready: (page: Page) => Promise<void>;
}

const SCREENS: Screen[] = [
  {
    name: 'review',
    hash: '#/review?show=flagged&status=unreviewed',
    ready: async (page) => {
      await page.getByTestId('verdict-line').waitFor();
      await page.getByTestId('sample-image').waitFor();
      await openWhy(page);
    },
  },
  {
    name: 'grid',
    hash: '#/review?show=flagged&status=unreviewed&view=grid',
    ready: (page) => page.waitForLoadState('networkidle'),
  },
  {
    name: 'compare',
    hash: '#/review?show=flagged&status=unreviewed',
    ready: async (page) => {
      await page.getByTestId('sample-image').waitFor();
      await openWhy(page);
      await page.keyboard.press('Shift+C');
      await page.getByRole('figure').nth(3).waitFor();
    },
  },
  {
    name: 'guidelines',
    hash: '#/review?show=flagged&status=unreviewed',
    ready: async (page) => {
      await page.getByTestId('sample-image').waitFor();
      await page.keyboard.press('Shift+G');
      await page.getByTestId('guidelines').getByText('Brows drawn down').waitFor();
    },
  },
  {
    name: 'overview',
    hash: '#/overview',
    ready: (page) => page.getByRole('heading', { name: /wrong labels left \d/ }).waitFor(),
  },
  { name: 'map', hash: '#/map', ready: makeMap },
  { name: 'export', hash: '#/export', ready: (page) => page.getByTestId('export-link').waitFor() },
  {
    name: 'team',
    hash: '#/team',
    ready: (page) => page.getByRole('heading', { name: 'Agreement' }).waitFor(),
  },
  { name: 'open', hash: '#/open', ready: (page) => page.waitForLoadState('networkidle') },
];

const data = mkdtempSync(join(tmpdir(), 'grefel-pictures-'));
grefel(['scan', FACES, '--quiet'], data);
const served = await serveDataset(FACES, data, null);
try {
  await takePictures('dark', async (page) => {
    await decideOnSome(page);
    await describeClasses(page);
  });
  await takePictures('light', async () => {});
} finally {
  await served.stop();
  rmSync(data, { recursive: true, force: true });
}

async function takePictures(
  colorScheme: 'dark' | 'light',
  prepare: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await launchChromium();
  const page = await context.newPage();
  await page.emulateMedia({ colorScheme });
  await page.route('**/api/**', hidePlaces);
  await page.goto(served.url);
  await prepare(page);
  for (const { name, hash, ready } of SCREENS) {
    await page.goto('about:blank'); // closes what was open on the previous screen
    await page.goto(new URL(hash, served.url).href);
    await ready(page);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(500); // pictures are decoded after they have loaded
    const picture = await pngQuantize(await page.screenshot(), { maxQuality: 90 });
    writeFileSync(join(import.meta.dirname, `${name}-${colorScheme}.png`), picture);
  }
  await context.close();
}

/** Paths of this machine are replaced by neutral ones. */
async function hidePlaces(route: Route): Promise<void> {
  if (route.request().resourceType() !== 'fetch') return route.continue();
  // What the page asks for when the program ends is nothing to hide, and nothing to fail for.
  const answer = await route.fetch().catch(() => null);
  if (answer === null) return route.abort();
  if (!answer.headers()['content-type']?.includes('json')) return route.fulfill({ response: answer });
  const body = (await answer.text())
    .replaceAll(FACES, '/data/faces')
    .replaceAll(data, '~/.local/share/grefel');
  await route.fulfill({ response: answer, body });
}

/** Decides as the drawings' own truth says, through the API that the page uses. */
async function decideOnSome(page: Page): Promise<void> {
  const rows = parse(readFileSync(join(SAMPLE, 'truth.csv')), { columns: true }) as Record<string, string>[];
  const truth = Object.fromEntries(rows.map(({ image, label }) => [image, label]));
  await page.evaluate(
    async ({ truth, decided, msPerDecision, dataset }) => {
      const call = async (method: string, path: string, body?: object) => {
        const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
        return (await fetch(`${dataset}${path}`, body === undefined ? {} : init)).json();
      };
      const { project } = await call('PUT', '/annotator', { name: 'Ann' });
      const { queueId } = await call('POST', '/queues', {});
      const { items } = await call('GET', `/queues/${queueId}/items?limit=${decided}`);
      for (const { id, image, given } of items) {
        const label = project.classes.findIndex(({ name }: { name: string }) => name === truth[image]);
        const kept = label === given;
        await new Promise((resolve) => setTimeout(resolve, msPerDecision));
        await call('POST', '/verdicts', {
          sampleIds: [id],
          verdict: kept ? 'kept' : 'relabelled',
          label: kept ? null : label,
        });
      }
    },
    { truth, decided: DECIDED, msPerDecision: MS_PER_DECISION, dataset: await datasetAddress(page) },
  );
}

/** Address of the open dataset in the API. */
function datasetAddress(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { revision } = await (await fetch('/api/state')).json();
    return `/api/datasets/${revision.opening}`;
  });
}

/** Guidelines that a team might agree on, with example images whose labels are right. */
async function describeClasses(page: Page): Promise<void> {
  const dataset = await datasetAddress(page);
  await page.evaluate(
    async ({ descriptions, dataset }) => {
      const call = async (method: string, path: string, body?: object) => {
        const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
        return (await fetch(`${dataset}${path}`, body === undefined ? {} : init)).json();
      };
      const { project } = await (await fetch('/api/state')).json();
      for (const { name, index } of project.classes as { name: string; index: number }[]) {
        const description = descriptions[name];
        if (description === undefined) continue;
        await call('PUT', `/guidelines/${index}/description`, { description });
        const filter = { show: 'all', given: [index], maxScore: 0.1 };
        const { queueId } = await call('POST', '/queues', { filter });
        const { items } = await call('GET', `/queues/${queueId}/items?limit=4`);
        for (const { id } of items)
          await call('POST', '/guidelines/exemplars', { label: index, sampleId: id });
      }
    },
    { descriptions: DESCRIPTIONS, dataset },
  );
}

/** Unfolds the evidence, which is left as it was from then on. */
async function openWhy(page: Page): Promise<void> {
  const why = page.locator('details.why');
  await why.waitFor();
  if ((await why.getAttribute('open')) === null) await page.getByText('Why', { exact: true }).click();
  await page
    .getByRole('button', { name: /^Show .*labelled/ })
    .first()
    .waitFor();
}

async function makeMap(page: Page): Promise<void> {
  const start = page.getByRole('button', { name: 'Build map' });
  const map = page.getByRole('application');
  await start.or(map).first().waitFor();
  if (await start.isVisible()) await start.click();
  await map.waitFor({ timeout: 300_000 });
}
