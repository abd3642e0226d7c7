import { DEFAULT_SCORE, type ScoreId } from '../../labelQuality/scores/index.ts';
import type { Grouping, QueueFacets, QueueFilter } from '../../protocol/queue.ts';
import type { Show } from '../../protocol/shows.ts';
import { holdsByte } from './holdsByte.ts';
import { metadataFacets, metadataTests } from './metadataFilters.ts';
import { countFacets } from './queueFacets.ts';
import { type FailedFilters, failedByRowAndKind, failedFilters, METADATA_BIT } from './queueFilters.ts';
import { type Clusters, type GroupedRows, groupClusters, groupRows } from './queueGroups.ts';
import { HELD, type ReviewIndex } from './reviewIndex.ts';

/** Rows of the index in the order of a score, and what each other choice of a filter would show. */
interface Queue extends GroupedRows {
  facets: QueueFacets;
}

/** Filters and orders the dataset for review. */
export function buildQueue(
  index: ReviewIndex,
  filter: QueueFilter,
  score: ScoreId,
  classCount: number,
  grouping: Grouping = 'none',
  clusters: Clusters | null = null,
): Queue {
  const { failed, facets } = filterRows(index, filter, score, classCount);
  const passed = passing(orderOf(index, filter.show, score), failed);
  const isByScore = filter.show === 'flagged' || filter.show === 'all';
  const rows = isByScore && score === DEFAULT_SCORE ? putForward(index, passed) : passed;
  const grouped =
    clusters === null
      ? groupRows(index, rows, grouping, classCount)
      : groupClusters(index, rows, clusters, classCount);
  return { ...grouped, facets };
}

/** What each choice of a filter would show now. */
export function queueFacets(
  index: ReviewIndex,
  filter: QueueFilter,
  score: ScoreId,
  classCount: number,
): QueueFacets {
  return filterRows(index, filter, score, classCount).facets;
}

/** @returns the filters that rows fail, and what other choices of them would show */
function filterRows(index: ReviewIndex, filter: QueueFilter, score: ScoreId, classCount: number) {
  const values = index.scores[score];
  const tests = metadataTests(filter.metadata, METADATA_BIT);
  const failed = failedFilters(index, filter, values, classCount, tests);
  const facets: QueueFacets = {
    ...countFacets(index, failed, values, classCount),
    metadata:
      index.metadata.length === 0 ? [] : metadataFacets(failedByRowAndKind(failed), index.metadata, tests),
  };
  return { failed, facets };
}

/** A round, or a random sample, has an order of its own. */
function orderOf(index: ReviewIndex, show: Show, score: ScoreId): Int32Array {
  if (show === 'round') return orderByPlace(index.roundPlace);
  return show === 'audit' ? orderByPlace(index.auditPlace) : index.order(score);
}

/** The rows that have a place, in their order. */
function orderByPlace(places: Int32Array): Int32Array {
  const rows: number[] = [];
  for (const [row, place] of places.entries()) if (place !== -1) rows.push(row);
  return Int32Array.from(rows).sort((a, b) => (places[a] as number) - (places[b] as number));
}

/** What a doubt in a pair of classes waits for comes first. */
function putForward(index: ReviewIndex, rows: Int32Array): Int32Array {
  if (!holdsByte(index.held, HELD.forward)) return rows;
  const first = rows.filter((row) => index.held[row] === HELD.forward);
  const ordered = new Int32Array(rows.length);
  ordered.set(first);
  ordered.set(
    rows.filter((row) => index.held[row] !== HELD.forward),
    first.length,
  );
  return ordered;
}

/** The rows of an order that fail nothing. */
function passing(order: Int32Array, failed: FailedFilters): Int32Array {
  if (failed.ofRow === null && failed.ofKind.every((bits) => bits === 0)) return order;
  const passes = passingBits(failed);
  const rows = new Int32Array(order.length + 1);
  let count = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    rows[count] = row; // overwritten by the next one if it fails: no branch, as which rows pass is hard to predict
    count += ((passes[row >>> 5] as number) >>> (row & 31)) & 1;
  }
  return rows.slice(0, count);
}

/** A bit a row: an order goes to and fro in it, and so much fits into the processor's cache. */
function passingBits({ kinds, ofKind, ofRow }: FailedFilters): Uint32Array {
  const { of } = kinds;
  const passes = new Uint32Array(Math.ceil(of.length / 32));
  for (let word = 0, row = 0; word < passes.length; word++) {
    let bits = 0;
    const end = Math.min(of.length, row + 32);
    for (; row < end; row++) {
      const failed = (ofKind[of[row] as number] as number) | (ofRow === null ? 0 : (ofRow[row] as number));
      bits |= Number(failed === 0) << (row & 31);
    }
    passes[word] = bits;
  }
  return passes;
}
