import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type MapMeasures, RENDERERS } from './measureMap.ts';
import type { ReviewMeasures } from './measureReview.ts';

export interface ReviewRun {
  rows: number;
  scan: boolean;
  fileMegabytes: number;
  measures: ReviewMeasures;
}

/** What was measured so far. */
export interface Results {
  reviews: ReviewRun[];
  maps: MapMeasures[];
}

const README = join(import.meta.dirname, 'README.md');
const [BEGIN, END] = ['<!-- measured by review.ts -->', '<!-- end of what review.ts measured -->'];

const LONGEST_LISTED = 8;

const count = (value: number) => value.toLocaleString('en');
const seconds = (ms: number) => (ms / 1000).toFixed(1);

/** Titles of the columns, and their cells. */
const REVIEW_COLUMNS: [string, (run: ReviewRun) => string | number][] = [
  ['images', ({ rows }) => count(rows)],
  ['scan', ({ scan }) => (scan ? 'yes' : 'no')],
  [
    'decision to saved and next painted, p50 / p95 / max ms',
    ({ measures: { decisionP50, decisionP95, decisionMax } }) =>
      `${decisionP50} / ${decisionP95} / ${decisionMax}`,
  ],
  [
    'p95 of painted / on the screen / saved ms',
    ({ measures: { shownP95, drawnP95, savedP95 } }) => `${shownP95} / ${drawnP95} / ${savedP95}`,
  ],
  ['filter p50 / max ms', ({ measures }) => `${measures.filterP50} / ${measures.filterMax}`],
  [
    'open to first image s (of it the core)',
    ({ measures }) => `${seconds(measures.open)} (${seconds(measures.serve)})`,
  ],
  [
    'the very first time s',
    ({ measures }) => (measures.firstOpen === null ? '' : seconds(measures.firstOpen)),
  ],
  ['1,000 at once ms', ({ measures }) => measures.bulk],
  ['frames dropped: scrolling, far', ({ measures }) => `${measures.scroll}, ${measures.farScroll}`],
  ['core / page MB', ({ measures }) => `${measures.coreMegabytes} / ${measures.pageMegabytes}`],
  ['file MB', ({ fileMegabytes }) => fileMegabytes],
  ['load', ({ measures }) => measures.load.toFixed(1)],
];

const MAP_COLUMNS: [string, (run: MapMeasures) => string | number][] = [
  ['points', ({ points }) => count(points)],
  ['drawn by', ({ renderer }) => RENDERERS[renderer].title],
  ['frame while panning, p50 / p95 ms', ({ frameP50, frameP95 }) => `${frameP50} / ${frameP95}`],
  ['frames a second (at most 60)', ({ frameP50 }) => Math.min(60, Math.round(1000 / frameP50))],
  ['frames dropped', ({ dropped }) => dropped],
  ['first paint ms', ({ firstPaint }) => firstPaint],
];

function tableOf<Run>(columns: [string, (run: Run) => string | number][], runs: readonly Run[]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([title]) => title)),
    line(columns.map(() => '---')),
    ...runs.map((run) => line(columns.map(([, cellOf]) => cellOf(run)))),
  ].join('\n');
}

/** Tables in Markdown, followed by the page's long tasks. */
export function describeResults({ reviews, maps }: Results): string {
  const tasks = reviews.flatMap(({ rows, scan, measures }) =>
    measures.longTasks.map(({ during, durations }) => {
      const longest = durations.toSorted((a, b) => b - a).slice(0, LONGEST_LISTED);
      const all = durations.length === longest.length ? '' : `, the longest of ${durations.length}`;
      return `- ${count(rows)} images${scan ? ', scanning' : ''}, ${during}: ${longest.join(', ')} ms${all}`;
    }),
  );
  const processors = cpus();
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)} on ${processors.length} cores (${processors[0]?.model.trim()}), without a graphics card.`,
    tableOf(REVIEW_COLUMNS, reviews),
    tasks.length === 0
      ? 'No task of the page took more than 50 ms.'
      : `Tasks of the page over 50 ms:\n\n${tasks.join('\n')}`,
    maps.length === 0 ? '' : `Panning over the map:\n\n${tableOf(MAP_COLUMNS, maps)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Writes the tables into README.md, between their markers. */
export function writeReport(results: Results): void {
  const readme = readFileSync(README, 'utf8');
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`README.md lacks the markers ${BEGIN} and ${END}`);
  const before = readme.slice(0, from + BEGIN.length);
  writeFileSync(README, `${before}\n${describeResults(results)}\n${readme.slice(to)}`);
}
