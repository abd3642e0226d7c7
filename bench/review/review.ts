/**
 * How fast the review is, in Chromium on the built application, on generated projects.
 *
 *     npm run build && node bench/review/review.ts [ROWS ...] [--scan]
 *
 * With --scan each project is measured once more while the shipped model reads pending images. Where GREFEL_BENCH_DIR
 * names a folder, the generated projects are kept in it and found again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../test/support/chromium.ts';
import { giveName } from '../../test/support/giveName.ts';
import { makeProject } from './makeProject.ts';
import { installProbe } from './pageProbe.ts';

const VERDICTS = 100;
const SCROLL = { step: 60, frames: 180 };
const PENDING = 4000;

/** Milliseconds from the key until the next picture was painted, and until the core had answered. */
interface VerdictTime {
  shown: number;
  saved: number;
}

declare global {
  interface Window {
    probe: {
      state: { longTasks: number[] };
      verdict(): Promise<VerdictTime>;
      queue(): Promise<number>;
      scroll(step: number, frames: number): Promise<number[]>;
    };
  }
}

const sizes = process.argv
  .slice(2)
  .filter((word) => /^\d+$/.test(word))
  .map(Number);
const withScan = process.argv.includes('--scan');
const table: Record<string, string | number>[] = [];

for (const rows of sizes.length > 0 ? sizes : [10_000, 100_000]) {
  const kept = process.env.GREFEL_BENCH_DIR;
  const root = kept ? join(kept, String(rows)) : mkdtempSync(join(tmpdir(), 'grefel-bench-'));
  const made = { folder: join(root, 'faces'), file: join(root, 'project.sqlite') };
  try {
    const project = existsSync(made.file) ? made : await makeProject(root, rows, Math.min(PENDING, rows / 4));
    const megabytes = Math.round(statSync(project.file).size / 1e6);
    table.push({ images: rows, scan: 'no', 'file MB': megabytes, ...(await measure(project, root, false)) });
    if (withScan) {
      table.push({
        images: rows,
        scan: 'yes',
        'file MB': megabytes,
        ...(await measure(project, root, true)),
      });
    }
  } finally {
    if (!kept) rmSync(root, { recursive: true, force: true });
  }
}
console.table(table);

async function measure(
  { folder, file }: { folder: string; file: string },
  root: string,
  scan: boolean,
): Promise<Record<string, string | number>> {
  const started = performance.now();
  const cli = join(import.meta.dirname, '../../out/main/cli.js');
  giveName(root);
  const core = spawn(process.execPath, [cli, 'serve', folder, '--project', file, '--quiet'], {
    env: { ...process.env, GREFEL_DATA_DIR: root },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(core.stdout, 'data');
  const served = performance.now() - started;
  const context = await launchChromium();
  try {
    const page = await context.newPage();
    await page.addInitScript(installProbe);
    const opened = performance.now();
    await page.goto(`${String(line).trim()}#/review?show=all`);
    await page.getByTestId('sample-image').waitFor();
    const shown = performance.now() - opened;
    if (scan) {
      await page.getByRole('button', { name: 'Scan', exact: true }).click();
      await page.getByRole('progressbar').waitFor();
    }
    const verdicts = await measureVerdicts(page);
    const queues = await measureQueues(page);
    const bulk = await measureBulk(page);
    const frames = await measureScroll(page);
    const longTasks = await page.evaluate(() => window.probe.state.longTasks);
    return {
      'serve s': (served / 1000).toFixed(1),
      'open s': ((served + shown) / 1000).toFixed(1),
      'shown p50/p95': percentiles(verdicts.map(({ shown }) => shown)),
      'saved p50/p95': percentiles(verdicts.map(({ saved }) => saved)),
      'both p50/p95': percentiles(verdicts.map(({ shown, saved }) => Math.max(shown, saved))),
      'filter p50 ms': percentile(queues, 0.5),
      'filter max ms': percentile(queues, 1),
      'bulk 1000 ms': bulk,
      'frame p95 ms': percentile(frames, 0.95),
      'frames > 33 ms': `${frames.filter((time) => time > 33).length} of ${frames.length}`,
      load: loadavg()[0]?.toFixed(1) ?? '',
      'core MB': residentMegabytes(core.pid ?? 0),
      'page MB': await heapMegabytes(page),
      'tasks > 50 ms': `${longTasks.length}${longTasks.length > 0 ? `, max ${Math.round(Math.max(...longTasks))}` : ''}`,
    };
  } finally {
    await context.close();
    core.kill('SIGTERM');
    await once(core, 'exit');
  }
}

async function measureVerdicts(page: Page): Promise<VerdictTime[]> {
  const times: VerdictTime[] = [];
  for (let index = 0; index < VERDICTS; index++) {
    const time = page.evaluate(() => window.probe.verdict());
    // A person looks for a moment; the next pictures are fetched meanwhile.
    await page.waitForTimeout(120);
    await page.waitForFunction(() => document.querySelector('fieldset.classes button:enabled') !== null);
    await page.keyboard.press(index % 3 === 0 ? 'Enter' : 'Space');
    times.push(await time);
  }
  return times;
}

async function measureQueues(page: Page): Promise<number[]> {
  const times: number[] = [];
  const labels = page.getByRole('group', { name: 'Given label' }).locator('label');
  for (let index = 0; index < 8; index++) {
    const time = page.evaluate(() => window.probe.queue());
    await page.waitForTimeout(150);
    await labels.nth(index % (await labels.count())).click();
    times.push(await time);
    await page.waitForTimeout(150);
  }
  return times;
}

/** A thousand images judged in the grid, until the core has saved them. */
async function measureBulk(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const body = (value: unknown) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    const queue = await (await fetch('/api/queues', body({ filter: { show: 'all' } }))).json();
    const from = performance.now();
    const bulk = { ranges: [{ start: 0, end: 1000 }], verdict: 'suggestion' };
    await (await fetch(`/api/queues/${queue.queueId}/verdicts`, body(bulk))).json();
    return Math.round(performance.now() - from);
  });
}

async function measureScroll(page: Page): Promise<number[]> {
  await page.keyboard.press('g');
  await page.getByTestId('grid').waitFor();
  await page.waitForTimeout(1500);
  return page.evaluate(({ step, frames }) => window.probe.scroll(step, frames), SCROLL);
}

function percentiles(values: number[]): string {
  return `${percentile(values, 0.5)}/${percentile(values, 0.95)}`;
}

function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1000);
}

async function heapMegabytes(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  await client.send('Performance.enable');
  const { metrics } = await client.send('Performance.getMetrics');
  return Math.round((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 1e6);
}
