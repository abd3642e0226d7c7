/**
 * How fast the review is, in Chromium on the built app, on generated projects: during a scan and without one.
 *
 *     npm run bench:review                  10,000, 100,000 and 1,400,000 images, and the map of 100,000
 *     npm run bench:review -- 10000         only this size; the other results stay in the table
 *     npm run bench:review -- --again       measures again what was measured before
 *
 * Each result is stored at once, in GREFEL_BENCH_DIR or the system's temporary folder, so that a run that was
 * interrupted continues where it stopped. The tables go into README.md next to this file.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments, readNumber } from '../arguments.ts';
import { type GeneratedProject, makeProject } from './makeProject.ts';
import { measureMap, RENDERERS, type RendererName } from './measureMap.ts';
import { measureReview } from './measureReview.ts';
import { describeResults, type Results, writeReport } from './reportReview.ts';

const SIZES = [10_000, 100_000, 1_400_000];
const MAP_POINTS = 100_000;
/** Images waiting for the model, enough for the whole measurement. */
const PENDING = 20_000;

const FOLDER = process.env.GREFEL_BENCH_DIR ?? join(tmpdir(), 'grefel-bench-review');
const RESULTS = join(FOLDER, 'results.json');

const { values, positionals } = readArguments('bench/review/review.ts [SIZE ...] [--again]', {
  again: { type: 'boolean', default: false },
});
const sizes = positionals.length > 0 ? positionals.map(readNumber) : SIZES;

mkdirSync(FOLDER, { recursive: true });
const results = readResults();
if (values.again) {
  results.reviews = results.reviews.filter(({ rows }) => !sizes.includes(rows));
  if (sizes.includes(MAP_POINTS)) results.maps = [];
}
for (const rows of sizes) await measureSize(rows);
if (sizes.includes(MAP_POINTS)) await measureMaps();
console.log(describeResults(results));

async function measureSize(rows: number): Promise<void> {
  const root = join(FOLDER, String(rows));
  let project: GeneratedProject | null = null;
  for (const scan of [false, true]) {
    if (results.reviews.some((run) => run.rows === rows && run.scan === scan)) continue;
    const isNew = project === null;
    project ??= await generate(root, rows);
    logTime(`${rows} images, ${scan ? 'scanning' : 'no scan'}`);
    const fileMegabytes = Math.round(statSync(project.file).size / 1e6);
    const measures = await measureReview(project, root, { scan, isNew });
    results.reviews.push({ rows, scan, fileMegabytes, measures });
    storeResults();
  }
  rmSync(root, { recursive: true, force: true });
}

async function measureMaps(): Promise<void> {
  const root = join(FOLDER, 'map');
  let project: GeneratedProject | null = null;
  for (const renderer of Object.keys(RENDERERS) as RendererName[]) {
    if (results.maps.some((run) => run.renderer === renderer)) continue;
    project ??= await generate(root, MAP_POINTS, 0);
    logTime(`the map of ${MAP_POINTS} images, ${renderer}`);
    results.maps.push(await measureMap(project, root, renderer));
    storeResults();
  }
  rmSync(root, { recursive: true, force: true });
}

/** Generated again each time, because a measurement changes the project. */
async function generate(
  root: string,
  rows: number,
  pending = Math.min(PENDING, rows / 2),
): Promise<GeneratedProject> {
  rmSync(root, { recursive: true, force: true });
  const started = performance.now();
  logTime(`${rows} images are generated`);
  const project = await makeProject(root, rows, pending);
  logTime(`generated in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return project;
}

function readResults(): Results {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : { reviews: [], maps: [] };
}

function storeResults(): void {
  results.reviews.sort((a, b) => a.rows - b.rows || Number(a.scan) - Number(b.scan));
  writeFileSync(RESULTS, JSON.stringify(results, null, 1));
  writeReport(results);
}

function logTime(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}
