import { STATUSES } from '../../domain/verdicts.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type { QueueFacets } from '../../protocol/queue.ts';
import { SHOWS } from '../../protocol/shows.ts';
import { FILTER } from './queueFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';
import { countIn, type RowParts } from './selections.ts';

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
  const shown = rowsOf(FILTER.show);
  return {
    show: Object.fromEntries(SHOWS.map((show) => [show, countIn(index, shown, show)])) as QueueFacets['show'],
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
function codeCounts(column: Int16Array | Uint8Array, codes: number, parts: RowParts): Uint32Array {
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
function histogram(column: Float32Array, parts: RowParts): number[] {
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
