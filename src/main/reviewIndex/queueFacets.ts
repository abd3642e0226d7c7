import { STATUSES } from '../../domain/verdicts.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import type { QueueFacets } from '../../protocol/queue.ts';
import { SHOWS } from '../../protocol/shows.ts';
import { binOf, HISTOGRAM_BINS } from './kindHistogram.ts';
import { type FailedFilters, FILTER } from './queueFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';
import { SHOW_BITS } from './rowKinds.ts';

/**
 * What each choice of each filter would show, with all other filters unchanged: a row that passes all of them counts in
 * every facet, one that fails a single filter only in that filter's facet, any other in none.
 * @param values that sort the queue
 */
export function countFacets(
  index: ReviewIndex,
  failed: FailedFilters,
  values: Float32Array,
  classCount: number,
): Omit<QueueFacets, 'metadata'> {
  const { kinds, ofKind } = failed;
  const { facts } = kinds;
  const counts = countsOfKinds(failed);
  const codeCounts = (bit: number, codeOf: readonly number[], codes: number): number[] => {
    const found = new Array<number>(codes + 1).fill(0); // of code + 1, as -1 is none
    for (let kind = 0; kind < kinds.size; kind++) {
      if (((ofKind[kind] as number) & ~bit) !== 0) continue;
      const code = (codeOf[kind] as number) + 1;
      found[code] = (found[code] as number) + (counts[kind] as number);
    }
    return found.slice(1);
  };
  const shownCount = (bits: number): number => {
    let count = 0;
    for (let kind = 0; kind < kinds.size; kind++) {
      if (((ofKind[kind] as number) & ~FILTER.show) !== 0 || ((facts.shows[kind] as number) & bits) === 0)
        continue;
      count += counts[kind] as number;
    }
    return count;
  };
  const splitCounts = codeCounts(FILTER.splits, facts.split, index.splits.length);
  const statusCounts = codeCounts(FILTER.statuses, facts.status, STATUSES.length);
  return {
    show: Object.fromEntries(SHOWS.map((show) => [show, shownCount(SHOW_BITS[show])])) as QueueFacets['show'],
    given: codeCounts(FILTER.given, facts.given, classCount),
    suggested: codeCounts(FILTER.suggested, facts.suggested, classCount),
    splits: wordRecord(index.splits.map((name, code) => [name, splitCounts[code] ?? 0])),
    statuses: Object.fromEntries(
      STATUSES.map((name, code) => [name, statusCounts[code] ?? 0]),
    ) as QueueFacets['statuses'],
    scoreHistogram: histogram(values, failed, FILTER.score),
    confidenceHistogram: histogram(index.confidence, failed, FILTER.confidence),
  };
}

/** Rows of each kind that fail no filter for themselves. */
function countsOfKinds({ kinds, ofRow }: FailedFilters): ArrayLike<number> {
  if (ofRow === null) return kinds.counts;
  const counts = new Uint32Array(kinds.size);
  for (let row = 0; row < ofRow.length; row++) {
    if (ofRow[row] !== 0) continue;
    const kind = kinds.of[row] as number;
    counts[kind] = (counts[kind] as number) + 1;
  }
  return counts;
}

/** Images by their values in a column. @param bit of the filter by this column */
function histogram(column: Float32Array, failed: FailedFilters, bit: number): number[] {
  const { kinds, ofKind, ofRow } = failed;
  const bins = new Array<number>(HISTOGRAM_BINS).fill(0);
  if (ofRow === null) {
    const ofKinds = kinds.histogram(column);
    for (let kind = 0; kind < kinds.size; kind++) if (ofKind[kind] === 0) ofKinds.addTo(bins, kind);
    return bins;
  }
  for (let row = 0; row < column.length; row++) {
    const value = column[row] as number;
    const isOut = (ofKind[kinds.of[row] as number] as number) | ((ofRow[row] as number) & ~bit);
    if (isOut !== 0 || !(value >= 0)) continue; // NaN is in no bin
    const bin = binOf(value);
    bins[bin] = (bins[bin] as number) + 1;
  }
  return bins;
}
