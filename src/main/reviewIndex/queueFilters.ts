import { STATUSES } from '../../domain/verdicts.ts';
import type { QueueFilter } from '../../protocol/queue.ts';
import { failMetadata, type MetadataTest } from './metadataFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';
import { type RowKinds, SHOW_BITS } from './rowKinds.ts';

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
/** One more for each further column in use. */
export const METADATA_BIT = 512;

/** Bits of the filters that rows fail: those that all rows of a kind fail together, and those that each fails for itself. */
export interface FailedFilters {
  kinds: RowKinds;
  /** By the number of a kind. */
  ofKind: Uint32Array;
  /** Null where no filter is set that looks at each row. */
  ofRow: Uint32Array | null;
}

/** @param values by which the queue is ordered */
export function failedFilters(
  index: ReviewIndex,
  filter: QueueFilter,
  values: Float32Array,
  classCount: number,
  tests: readonly MetadataTest[],
): FailedFilters {
  const { kinds } = index;
  return {
    kinds,
    ofKind: failedByKind(index, kinds, filter, classCount),
    ofRow: failedByRow(index, filter, values, classCount, tests),
  };
}

function failedByKind(
  { splits }: ReviewIndex,
  { size, facts }: RowKinds,
  filter: QueueFilter,
  classCount: number,
): Uint32Array {
  const failed = new Uint32Array(size);
  for (let kind = 0; kind < size; kind++) {
    if (((facts.shows[kind] as number) & SHOW_BITS[filter.show]) === 0) failed[kind] = FILTER.show;
  }
  const chosenSplits = filter.splits.map((name) => splits.indexOf(name));
  const statuses = filter.statuses.map((status) => STATUSES.indexOf(status));
  failChoice(failed, FILTER.given, facts.given, classCount, filter.given);
  failChoice(failed, FILTER.suggested, facts.suggested, classCount, filter.suggested);
  failChoice(failed, FILTER.splits, facts.split, splits.length, chosenSplits);
  failChoice(failed, FILTER.statuses, facts.status, STATUSES.length, statuses);
  return failed;
}

function failedByRow(
  index: ReviewIndex,
  filter: QueueFilter,
  values: Float32Array,
  classCount: number,
  tests: readonly MetadataTest[],
): Uint32Array | null {
  const { minScore, maxScore, minConfidence, maxConfidence, name, earlier } = filter;
  const isSet =
    isRange(minScore, maxScore) ||
    isRange(minConfidence, maxConfidence) ||
    name !== '' ||
    earlier.length > 0 ||
    tests.length > 0;
  if (!isSet) return null;
  const failed = new Uint32Array(index.size);
  if (earlier.length > 0) {
    const column = index.earlier?.suggested ?? new Int16Array(index.size).fill(-1);
    failChoice(failed, FILTER.earlier, column, classCount, earlier);
  }
  failRange(failed, FILTER.score, values, minScore, maxScore);
  failRange(failed, FILTER.confidence, index.confidence, minConfidence, maxConfidence);
  failName(failed, index, name);
  failMetadata(failed, index.metadata, tests);
  return failed;
}

/** By a column of codes below `codes`, or -1; an empty choice takes any. */
function failChoice(
  failed: Uint32Array,
  bit: number,
  column: ArrayLike<number>,
  codes: number,
  chosen: readonly number[],
): void {
  if (chosen.length === 0) return;
  const fails = new Uint32Array(codes + 1).fill(bit); // of code + 1, as -1 is none
  for (const code of chosen) if (code >= -1 && code < codes) fails[code + 1] = 0;
  for (let at = 0; at < failed.length; at++) {
    failed[at] = (failed[at] as number) | (fails[(column[at] as number) + 1] as number);
  }
}

const isRange = (from: number, to: number): boolean => from !== 0 || to !== 1;

function failRange(failed: Uint32Array, bit: number, values: Float32Array, from: number, to: number): void {
  if (!isRange(from, to)) return;
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

/** Of each row all bits. */
export function failedByRowAndKind({ kinds, ofKind, ofRow }: FailedFilters): Uint32Array {
  const failed = new Uint32Array(kinds.of.length);
  for (let row = 0; row < failed.length; row++) {
    failed[row] = (ofKind[kinds.of[row] as number] as number) | (ofRow === null ? 0 : (ofRow[row] as number));
  }
  return failed;
}
