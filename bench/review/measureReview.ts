import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { type DecisionTime, installProbe, type LongTask, type Probe } from './pageProbe.ts';
import { residentMegabytes, type ServedProject, serveProject } from './serveProject.ts';
import { droppedFrames, percentile } from './statistics.ts';

const DECISIONS = 100;
const QUEUES = 8;
const SCROLL = { step: 60, frames: 180 };
/** Scrolling to another part of the grid at each frame. */
const FAR_SCROLL = { step: 2400, frames: 120 };
const BULK = 1000;
const ACCEPT = /^accept/i;
/** A person looks for a moment; meanwhile the next pictures are fetched. */
const LOOK_MS = 120;
/** The browser reports a frame some time after drawing it, and none that took less than this. */
const REPORTED_AFTER_MS = 500;
const SHORTEST_REPORTED_MS = 16;

declare global {
  interface Window {
    probe: Probe;
  }
}

/** Everything in milliseconds or megabytes, unless noted. */
export interface ReviewMeasures {
  serve: number;
  open: number;
  /** The very first opening, from which on the columns of a large project are in a file beside it; null if not measured. */
  firstOpen: number | null;
  /** The largest of key to next image painted and key to saved, of each decision. */
  decisionP50: number;
  decisionP95: number;
  decisionMax: number;
  shownP95: number;
  savedP95: number;
  /** Until the next image was on the screen, by the browser's own Event Timing. */
  drawnP95: number;
  filterP50: number;
  filterMax: number;
  bulk: number;
  scroll: string;
  farScroll: string;
  coreMegabytes: number;
  pageMegabytes: number;
  load: number;
  /** Tasks of the page over 50 ms, by what was done meanwhile. */
  longTasks: { during: string; durations: number[] }[];
}

/**
 * The review of one generated project in a browser, from opening it; with `scan`, while the shipped model
 * predicts images. One that was never opened is opened once before.
 */
export async function measureReview(
  project: { folder: string; file: string },
  data: string,
  { scan, isNew }: { scan: boolean; isNew: boolean },
): Promise<ReviewMeasures> {
  const firstOpen = isNew ? await withServed(project, data, measureOpening) : null;
  return withServed(project, data, async (served) => ({ ...(await measureServed(served, scan)), firstOpen }));
}

async function withServed<Result>(
  project: { folder: string; file: string },
  data: string,
  measure: (served: ServedProject) => Promise<Result>,
): Promise<Result> {
  const served = await serveProject(project, data);
  try {
    return await measure(served);
  } finally {
    await served.stop(); // once the columns are in their file
  }
}

/** Milliseconds from the start of the core until the first image is shown. */
async function measureOpening({ url, context, startMs }: ServedProject): Promise<number> {
  return startMs + (await showFirstImage(await context.newPage(), url));
}

/** @returns how long it took, in milliseconds */
async function showFirstImage(page: Page, url: string): Promise<number> {
  const opened = performance.now();
  await page.goto(`${url}#/review?show=all`);
  await page.getByTestId('sample-image').waitFor();
  return performance.now() - opened;
}

async function measureServed(
  { url, context, corePid, startMs }: ServedProject,
  scan: boolean,
): Promise<Omit<ReviewMeasures, 'firstOpen'>> {
  const page = await context.newPage();
  await page.addInitScript(installProbe);
  const phases: { during: string; from: number }[] = [{ during: 'opening', from: 0 }];
  const begin = async (during: string) => {
    phases.push({ during, from: await page.evaluate(() => performance.now()) });
  };
  const shownMs = await showFirstImage(page, url);
  if (scan) {
    await page.getByRole('button', { name: 'Scan', exact: true }).click();
    await page.getByRole('progressbar').first().waitFor();
  }
  await begin('decisions');
  const decisions = await measureDecisions(page);
  await page.waitForTimeout(REPORTED_AFTER_MS);
  const drawn = await page.evaluate(() => window.probe.state.drawn);
  while (drawn.length < decisions.length) drawn.push(SHORTEST_REPORTED_MS);
  const both = decisions.map(({ shown, saved }) => Math.max(shown, saved));
  await begin('filters');
  const queues = await measureQueues(page);
  await begin('bulk decision');
  const bulk = await measureBulk(page);
  await begin('scrolling');
  await showGrid(page);
  const near = await page.evaluate(({ step, frames }) => window.probe.scroll(step, frames), SCROLL);
  const far = await page.evaluate(({ step, frames }) => window.probe.scroll(step, frames), FAR_SCROLL);
  const tasks = await page.evaluate(() => window.probe.state.longTasks);
  return {
    serve: startMs,
    open: startMs + shownMs,
    decisionP50: percentile(both, 0.5),
    decisionP95: percentile(both, 0.95),
    decisionMax: percentile(both, 1),
    shownP95: percentile(
      decisions.map(({ shown }) => shown),
      0.95,
    ),
    savedP95: percentile(
      decisions.map(({ saved }) => saved),
      0.95,
    ),
    drawnP95: percentile(drawn, 0.95),
    filterP50: percentile(queues, 0.5),
    filterMax: percentile(queues, 1),
    bulk,
    scroll: droppedFrames(near),
    farScroll: droppedFrames(far),
    coreMegabytes: residentMegabytes(corePid),
    pageMegabytes: await heapMegabytes(page),
    load: loadavg()[0] ?? Number.NaN,
    longTasks: byPhase(tasks, phases),
  };
}

function byPhase(tasks: readonly LongTask[], phases: readonly { during: string; from: number }[]) {
  return phases.flatMap(({ during, from }, index) => {
    const until = phases[index + 1]?.from ?? Number.POSITIVE_INFINITY;
    const durations = tasks
      .filter(({ startTime }) => startTime >= from && startTime < until)
      .map(({ duration }) => Math.round(duration));
    return durations.length === 0 ? [] : [{ during, durations }];
  });
}

async function measureDecisions(page: Page): Promise<DecisionTime[]> {
  const times: DecisionTime[] = [];
  for (let index = 0; index < DECISIONS; index++) {
    const time = page.evaluate(() => window.probe.decision());
    time.catch(() => {}); // reports what failed first, not the page closed after it
    await page.waitForTimeout(LOOK_MS);
    await page.waitForFunction(() => document.querySelector('fieldset.classes button:enabled') !== null);
    // An image that the scan has not reached has no suggestion to accept.
    const accepts = index % 3 === 0 && (await page.getByRole('button', { name: ACCEPT }).isEnabled());
    await page.keyboard.press(accepts ? 'Enter' : 'Space');
    times.push(await time);
  }
  return times;
}

async function measureQueues(page: Page): Promise<number[]> {
  const times: number[] = [];
  const labels = page.getByRole('group', { name: 'Given label' }).locator('label');
  const count = await labels.count();
  for (let index = 0; index < QUEUES; index++) {
    const time = page.evaluate(() => window.probe.queue());
    await page.waitForTimeout(LOOK_MS);
    await labels.nth(index % count).click();
    times.push(await time);
    await page.waitForTimeout(LOOK_MS);
  }
  return times;
}

/** Many images decided at once, until the core has saved them. */
const measureBulk = (page: Page): Promise<number> =>
  page.evaluate(async (images) => {
    const body = (value: unknown) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    const { revision } = await (await fetch('/api/state')).json();
    const queues = `/api/datasets/${revision.opening}/queues`;
    const queue = await (await fetch(queues, body({ filter: { show: 'all' } }))).json();
    const from = performance.now();
    const bulk = { ranges: [{ start: 0, end: images }], verdict: 'suggestion' };
    await (await fetch(`${queues}/${queue.queueId}/verdicts`, body(bulk))).json();
    return Math.round(performance.now() - from);
  }, BULK);

async function showGrid(page: Page): Promise<void> {
  await page.keyboard.press('g');
  await page.getByTestId('grid').waitFor();
  await page.waitForTimeout(1500);
}

async function heapMegabytes(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const { metrics } = await client.send('Performance.getMetrics');
  return Math.round((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6);
}
