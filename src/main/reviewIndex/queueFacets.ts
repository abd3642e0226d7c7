import { STATUSES } from '../../domain/verdicts.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import { ISSUES } from '../../labelQuality/issues/index.ts';
import { type QueueFacets, SHOWS, type Show } from '../../protocol/queue.ts';
import { changeOf } from './belongs.ts';
import { holdsByte } from './holdsByte.ts';
import { FILTER } from './queueFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';

const HISTOGRAM_BINS = 20;

/**
 * What each choice of each filter would show, with all other filters unchanged: a row that passes all of them counts in
 * every facet, one that fails a single filter only in that filter's facet, any other in none.
 * @param failed for each row the bits of the filters that it fails
 * @param set the bits of the filters that leave anything out
 * @param values that sort the queue
 */
export function countFacets(
  index: ReviewIndex,
  failed: Uint32Array,
  set: number,
  values: Float32Array,
  classCount: number,
): Omit<QueueFacets, 'metadata'> {
  const { given, suggested, split, status, confidence } = index;
  const passed = rowsThatFail(failed, 0);
  /** The rows that a facet counts, in one list or two. */
  const rowsOf = (bit: number) => ((set & bit) === 0 ? [passed] : [passed, rowsThatFail(failed, bit)]);
  const givenCounts = codeCounts(given, classCount, rowsOf(FILTER.given));
  const suggestedCounts = codeCounts(suggested, classCount, rowsOf(FILTER.suggested));
  const splitCounts = codeCounts(split, index.splits.length, rowsOf(FILTER.splits));
  const statusCounts = codeCounts(status, STATUSES.length, rowsOf(FILTER.statuses));
  return {
    show: countShows(index, rowsOf(FILTER.show)),
    given: [...givenCounts.subarray(1)],
    suggested: [...suggestedCounts.subarray(1)],
    splits: wordRecord(index.splits.map((name, code) => [name, splitCounts[code + 1] ?? 0])),
    statuses: Object.fromEntries(
      STATUSES.map((name, code) => [name, statusCounts[code + 1] ?? 0]),
    ) as QueueFacets['statuses'],
    scoreHistogram: histogram(values, rowsOf(FILTER.score)),
    confidenceHistogram: histogram(confidence, rowsOf(FILTER.confidence)),
  };
}

/** Rows that fail exactly these filters, in their order. Without a branch, as which ones do is hard to predict. */
function rowsThatFail(failed: Uint32Array, bits: number): Int32Array {
  const rows = new Int32Array(failed.length + 1);
  let count = 0;
  for (let row = 0; row < failed.length; row++) {
    rows[count] = row;
    count += failed[row] === bits ? 1 : 0;
  }
  return rows.subarray(0, count);
}

/** Rows by code + 1, as -1 is none. */
function codeCounts(
  column: Int16Array | Uint8Array,
  codes: number,
  parts: readonly Int32Array[],
): Uint32Array {
  const counts = new Uint32Array(codes + 1);
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) {
      const code = (column[rows[place] as number] as number) + 1;
      counts[code] = (counts[code] as number) + 1;
    }
  }
  return counts;
}

/** Bins of equal width over 0 to 1; NaN is in none. */
function histogram(column: Float32Array, parts: readonly Int32Array[]): number[] {
  const bins = new Uint32Array(HISTOGRAM_BINS);
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) {
      const value = column[rows[place] as number] as number;
      if (!(value >= 0)) continue;
      const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS));
      bins[bin] = (bins[bin] as number) + 1;
    }
  }
  return [...bins];
}

/** How many rows each choice would show: `belongs` of each choice. Columns that mark nothing, as most do, are left out. */
function countShows(index: ReviewIndex, parts: readonly Int32Array[]): Record<Show, number> {
  const counts = Object.fromEntries(SHOWS.map((show) => [show, 0])) as Record<Show, number>;
  for (const rows of parts) {
    counts.all += rows.length;
    let flagged = 0;
    for (let place = 0; place < rows.length; place++)
      flagged += index.isListed(rows[place] as number) ? 1 : 0;
    counts.flagged += flagged;
  }
  counts.unlabelled = countUnlabelled(index.given, parts);
  counts.unreadable = countMarked(index.unreadable, parts);
  counts['trained-on'] = countMarked(index.trainedOn, parts);
  counts.selection = countMarked(index.selection, parts);
  counts.disagreements = countMarked(index.disagreement, parts);
  counts.share = countMarked(index.share, parts);
  counts.audit = countPlaced(index.auditPlace, parts);
  counts.round = countPlaced(index.roundPlace, parts);
  if (index.hasIssues) countIssues(index, parts, counts);
  if (index.earlier !== null) countChanges(index, parts, counts);
  return counts;
}

function countUnlabelled(given: Int16Array, parts: readonly Int32Array[]): number {
  let count = 0;
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) count += given[rows[place] as number] === -1 ? 1 : 0;
  }
  return count;
}

function countMarked(column: Uint8Array, parts: readonly Int32Array[]): number {
  return holdsByte(column, 1) ? (codeCounts(column, 2, parts)[2] as number) : 0;
}

function countPlaced(column: Int32Array, parts: readonly Int32Array[]): number {
  if (!column.includes(0)) return 0;
  let count = 0;
  for (const rows of parts) for (const row of rows) if (column[row] !== -1) count++;
  return count;
}

function countIssues(
  { issues }: ReviewIndex,
  parts: readonly Int32Array[],
  counts: Record<Show, number>,
): void {
  const byPlace = new Uint32Array(ISSUES.length);
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) {
      let bits = issues[rows[place] as number] as number;
      for (; bits !== 0; bits &= bits - 1) {
        const issue = 31 - Math.clz32(bits & -bits);
        byPlace[issue] = (byPlace[issue] as number) + 1;
      }
    }
  }
  for (const [place, issue] of ISSUES.entries()) counts[issue] = byPlace[place] as number;
}

function countChanges(index: ReviewIndex, parts: readonly Int32Array[], counts: Record<Show, number>): void {
  for (const rows of parts) {
    for (const row of rows) {
      const change = changeOf(index, row);
      if (change?.flagged === 'gained') counts['newly-flagged']++;
      if (change?.flagged === 'lost') counts['no-longer-flagged']++;
      if (change?.suggestion) counts['suggestion-changed']++;
    }
  }
}
