import { type QueueFacets, type QueueFilter, SHOWS, type Show } from '../../shared/queue.ts';
import { STATUSES, type Status } from '../../shared/review.ts';
import { DEFAULT_SCORE, FLAGGED_AT, type ScoreId } from '../../shared/scores.ts';
import type { ReviewIndex } from './reviewIndex.ts';

const HISTOGRAM_BINS = 20;

/** One bit a filter, so that a row that fails only one of them still counts in that one's facet. */
const FILTER = { show: 1, given: 2, suggested: 4, splits: 8, statuses: 16, score: 32, name: 64 };

/** Rows of the index in the order of a score, and what each other choice of a filter would show. */
export interface Queue {
  rows: Int32Array;
  facets: QueueFacets;
}

/** Does a row belong to what is shown? "Flagged" goes by the default score, whatever orders the queue. */
export function belongs(index: ReviewIndex, row: number, show: Show): boolean {
  switch (show) {
    case 'flagged':
      return (index.scores[DEFAULT_SCORE][row] as number) >= FLAGGED_AT; // NaN is not
    case 'all':
      return true;
    case 'unreadable':
      return index.unreadable[row] === 1;
    case 'unlabelled':
      return index.given[row] === -1;
    case 'trained-on':
      return index.trainedOn[row] === 1;
  }
}

/**
 * Filters and orders the dataset for review, in one pass.
 * @param matchingIds ids whose name matches `filter.name`, or null where no name is asked for
 */
export function buildQueue(
  index: ReviewIndex,
  filter: QueueFilter,
  score: ScoreId,
  matchingIds: ReadonlySet<number> | null,
  classCount: number,
): Queue {
  const given = new Set(filter.given);
  const suggested = new Set(filter.suggested);
  const splits = new Set(filter.splits.map((name) => index.splits.indexOf(name)));
  const statuses = new Set(filter.statuses.map((status) => STATUSES.indexOf(status)));
  const anyScore = filter.minScore === 0 && filter.maxScore === 1;
  const values = index.scores[score];
  const facets = emptyFacets(index, classCount);
  const rows: number[] = [];

  for (const row of index.order(score)) {
    const value = values[row] as number;
    let failed = 0;
    if (!belongs(index, row, filter.show)) failed |= FILTER.show;
    if (given.size > 0 && !given.has(index.given[row] as number)) failed |= FILTER.given;
    if (suggested.size > 0 && !suggested.has(index.suggested[row] as number)) failed |= FILTER.suggested;
    if (splits.size > 0 && !splits.has(index.split[row] as number)) failed |= FILTER.splits;
    if (statuses.size > 0 && !statuses.has(index.status[row] as number)) failed |= FILTER.statuses;
    if (!anyScore && !(value >= filter.minScore && value <= filter.maxScore)) failed |= FILTER.score;
    if (matchingIds !== null && !matchingIds.has(index.id[row] as number)) failed |= FILTER.name;
    if (failed === 0) rows.push(row);
    countRow(facets, index, row, value, failed);
  }
  return { rows: Int32Array.from(rows), facets };
}

function countRow(facets: QueueFacets, index: ReviewIndex, row: number, value: number, failed: number): void {
  const passesBut = (filter: number) => (failed & ~filter) === 0;
  if (passesBut(FILTER.show)) {
    for (const show of SHOWS) if (belongs(index, row, show)) facets.show[show]++;
  }
  if (passesBut(FILTER.given)) increment(facets.given, index.given[row] as number);
  if (passesBut(FILTER.suggested)) increment(facets.suggested, index.suggested[row] as number);
  if (passesBut(FILTER.splits)) {
    const split = index.splits[index.split[row] as number];
    if (split !== undefined) facets.splits[split] = (facets.splits[split] ?? 0) + 1;
  }
  if (passesBut(FILTER.statuses)) facets.statuses[STATUSES[index.status[row] as number] as Status]++;
  if (passesBut(FILTER.score) && !Number.isNaN(value)) {
    increment(facets.scoreHistogram, Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS)));
  }
}

function increment(counts: number[], index: number): void {
  if (index >= 0) counts[index] = (counts[index] ?? 0) + 1;
}

function emptyFacets(index: ReviewIndex, classCount: number): QueueFacets {
  return {
    show: { flagged: 0, all: 0, unreadable: 0, unlabelled: 0, 'trained-on': 0 },
    given: new Array<number>(classCount).fill(0),
    suggested: new Array<number>(classCount).fill(0),
    splits: Object.fromEntries(index.splits.map((name) => [name, 0])),
    statuses: { unreviewed: 0, kept: 0, relabelled: 0, excluded: 0, ambiguous: 0 },
    scoreHistogram: new Array<number>(HISTOGRAM_BINS).fill(0),
  };
}
