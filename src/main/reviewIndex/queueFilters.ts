import { STATUSES } from '../../domain/verdicts.ts';
import type { QueueFilter } from '../../protocol/queue.ts';
import { failMetadata, type MetadataTest } from './metadataFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';
import { belongs } from './selections.ts';

/** One bit a filter, so that a row that fails only one of them still counts in that one's facet. */
export const FILTER = {
  show: 1,
  given: 2,
  suggested: 4,
  splits: 8,
  statuses: 16,
  score: 32,
  name: 64,
  confidence: 128,
  earlier: 256,
};
/** And one a further column of the source that is filtered by. */
export const METADATA_BIT = 512;

/** The bits of the filters that leave anything out; without those by further columns. */
export function filtersSet(filter: QueueFilter): number {
  const isRange = (from: number, to: number) => from !== 0 || to !== 1;
  return (
    (filter.show === 'all' ? 0 : FILTER.show) |
    (filter.given.length === 0 ? 0 : FILTER.given) |
    (filter.suggested.length === 0 ? 0 : FILTER.suggested) |
    (filter.splits.length === 0 ? 0 : FILTER.splits) |
    (filter.statuses.length === 0 ? 0 : FILTER.statuses) |
    (isRange(filter.minScore, filter.maxScore) ? FILTER.score : 0) |
    (isRange(filter.minConfidence, filter.maxConfidence) ? FILTER.confidence : 0)
  );
}

/** Of each row the bits of the filters that it fails. @param values by which the queue is ordered */
export function failedFilters(
  index: ReviewIndex,
  filter: QueueFilter,
  values: Float32Array,
  classCount: number,
  tests: readonly MetadataTest[],
): Uint32Array {
  const failed = new Uint32Array(index.size);
  if (filter.show !== 'all') {
    for (let row = 0; row < index.size; row++) {
      if (!belongs(index, row, filter.show)) failed[row] = FILTER.show;
    }
  }
  const splits = filter.splits.map((name) => index.splits.indexOf(name));
  const statuses = filter.statuses.map((status) => STATUSES.indexOf(status));
  failChoice(failed, FILTER.given, index.given, classCount, filter.given);
  failChoice(failed, FILTER.suggested, index.suggested, classCount, filter.suggested);
  failChoice(failed, FILTER.splits, index.split, index.splits.length, splits);
  failChoice(failed, FILTER.statuses, index.status, STATUSES.length, statuses);
  if (filter.earlier.length > 0) {
    const column = index.earlier?.suggested ?? new Int16Array(index.size).fill(-1);
    failChoice(failed, FILTER.earlier, column, classCount, filter.earlier);
  }
  failRange(failed, FILTER.score, values, filter.minScore, filter.maxScore);
  failRange(failed, FILTER.confidence, index.confidence, filter.minConfidence, filter.maxConfidence);
  failName(failed, index, filter.name);
  failMetadata(failed, index.metadata, tests);
  return failed;
}

/** By a column of codes below `codes`, or -1; an empty choice takes any. */
function failChoice(
  failed: Uint32Array,
  bit: number,
  column: Int16Array | Uint8Array,
  codes: number,
  chosen: readonly number[],
): void {
  if (chosen.length === 0) return;
  const fails = new Uint32Array(codes + 1).fill(bit); // of code + 1, as -1 is none
  for (const code of chosen) if (code >= -1 && code < codes) fails[code + 1] = 0;
  for (let row = 0; row < failed.length; row++) {
    failed[row] = (failed[row] as number) | (fails[(column[row] as number) + 1] as number);
  }
}

function failRange(failed: Uint32Array, bit: number, values: Float32Array, from: number, to: number): void {
  if (from === 0 && to === 1) return;
  for (let row = 0; row < failed.length; row++) {
    const value = values[row] as number;
    if (!(value >= from && value <= to)) failed[row] = (failed[row] as number) | bit; // NaN fails
  }
}

function failName(failed: Uint32Array, index: ReviewIndex, part: string): void {
  if (part === '') return;
  const matches = new Uint8Array(failed.length);
  index.forEachNameMatch(part, (row) => {
    matches[row] = 1;
  });
  for (let row = 0; row < failed.length; row++) {
    if (matches[row] === 0) failed[row] = (failed[row] as number) | FILTER.name;
  }
}
