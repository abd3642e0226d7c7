import { ISSUES } from '../../domain/issues.ts';
import { STATUSES } from '../../domain/verdicts.ts';
import { wordRecord } from '../../domain/wordRecord.ts';
import { type QueueFacets, SHOWS, type Show } from '../../protocol/queue.ts';
import { changeOf } from './belongs.ts';
import { FILTER } from './queueFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';

const HISTOGRAM_BINS = 20;

/**
 * What each choice of each filter would show, with all other filters unchanged, in one pass: a row that
 * passes all of them counts in every facet, one that fails a single filter only in that filter's facet, any
 * other in none.
 * @param failed for each row the bits of the filters that it fails
 * @param values that sort the queue
 */
export function countFacets(
  index: ReviewIndex,
  failed: Uint32Array,
  values: Float32Array,
  classCount: number,
): Omit<QueueFacets, 'metadata'> {
  const { given, suggested, split, status, confidence } = index;
  const shows = new ShowCounts(index);
  const givenCounts = new Uint32Array(classCount + 1); // of label + 1, as -1 is none
  const suggestedCounts = new Uint32Array(classCount + 1);
  const splitCounts = new Uint32Array(index.splits.length + 1);
  const statusCounts = new Uint32Array(STATUSES.length);
  const scoreBins = new Uint32Array(HISTOGRAM_BINS);
  const confidenceBins = new Uint32Array(HISTOGRAM_BINS);
  for (let row = 0; row < failed.length; row++) {
    const bits = failed[row] as number;
    if ((bits & (bits - 1)) !== 0) continue; // it fails two filters or more
    if (bits === 0 || bits === FILTER.show) shows.add(row);
    if (bits === 0 || bits === FILTER.given) add(givenCounts, (given[row] as number) + 1);
    if (bits === 0 || bits === FILTER.suggested) add(suggestedCounts, (suggested[row] as number) + 1);
    if (bits === 0 || bits === FILTER.splits) add(splitCounts, (split[row] as number) + 1);
    if (bits === 0 || bits === FILTER.statuses) add(statusCounts, status[row] as number);
    if (bits === 0 || bits === FILTER.score) addToBin(scoreBins, values[row] as number);
    if (bits === 0 || bits === FILTER.confidence) addToBin(confidenceBins, confidence[row] as number);
  }
  return {
    show: shows.counts(),
    given: [...givenCounts.subarray(1)],
    suggested: [...suggestedCounts.subarray(1)],
    splits: wordRecord(index.splits.map((name, code) => [name, splitCounts[code + 1] ?? 0])),
    statuses: Object.fromEntries(
      STATUSES.map((name, code) => [name, statusCounts[code] ?? 0]),
    ) as QueueFacets['statuses'],
    scoreHistogram: [...scoreBins],
    confidenceHistogram: [...confidenceBins],
  };
}

function add(counts: Uint32Array, code: number): void {
  counts[code] = (counts[code] as number) + 1;
}

/** Bins of equal width over 0 to 1; NaN is in none. */
function addToBin(bins: Uint32Array, value: number): void {
  if (value >= 0) add(bins, Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS)));
}

/** How many rows each choice would show: `belongs` of each choice, in one pass. */
class ShowCounts {
  readonly #index: ReviewIndex;
  readonly #counts = Object.fromEntries(SHOWS.map((show) => [show, 0])) as Record<Show, number>;
  readonly #issues = new Uint32Array(ISSUES.length);

  constructor(index: ReviewIndex) {
    this.#index = index;
  }

  add(row: number): void {
    const index = this.#index;
    const counts = this.#counts;
    counts.all++;
    if (index.isListed(row)) counts.flagged++;
    if (index.given[row] === -1) counts.unlabelled++;
    counts.unreadable += index.unreadable[row] as number;
    counts['trained-on'] += index.trainedOn[row] as number;
    counts.selection += index.selection[row] as number;
    counts.disagreements += index.disagreement[row] as number;
    counts.share += index.share[row] as number;
    if (index.auditPlace[row] !== -1) counts.audit++;
    if (index.roundPlace[row] !== -1) counts.round++;
    for (let bits = index.issues[row] as number; bits !== 0; bits &= bits - 1) {
      add(this.#issues, 31 - Math.clz32(bits & -bits));
    }
    if (index.earlier !== null) this.#addChange(row);
  }

  #addChange(row: number): void {
    const change = changeOf(this.#index, row);
    if (change?.flagged === 'gained') this.#counts['newly-flagged']++;
    if (change?.flagged === 'lost') this.#counts['no-longer-flagged']++;
    if (change?.suggestion) this.#counts['suggestion-changed']++;
  }

  counts(): Record<Show, number> {
    const counts = { ...this.#counts };
    for (const [place, issue] of ISSUES.entries()) counts[issue] = this.#issues[place] as number;
    return counts;
  }
}
