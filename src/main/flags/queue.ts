import { ISSUES, issueBits } from '../../shared/issues.ts';
import {
  type Grouping,
  type QueueFacets,
  type QueueFilter,
  type QueueGroup,
  SHOWS,
  type Show,
} from '../../shared/queue.ts';
import { STATUSES } from '../../shared/review.ts';
import { DEFAULT_SCORE, type ScoreId } from '../../shared/scores.ts';
import { failMetadata, metadataFacets, metadataTests } from './metadataFilters.ts';
import type { ReviewIndex } from './reviewIndex.ts';

const HISTOGRAM_BINS = 20;

/** One bit a filter, so that a row that fails only one of them still counts in that one's facet. */
const FILTER = {
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
const METADATA_BIT = 512;

/** Rows of the index in the order of a score, and what each other choice of a filter would show. */
export interface Queue {
  rows: Int32Array;
  facets: QueueFacets;
  /** Empty where nothing is grouped. */
  groups: QueueGroup[];
}

/** What gathers images beyond their labels. */
export interface Clusters {
  /** Of each row of the index the number of its cluster; -1 where it is in none. */
  keys: Int32Array;
  /** Of each cluster. */
  names: readonly string[];
}

/** Does a row belong to what is shown? "Flagged" goes by the default score, whatever orders the queue. */
export function belongs(index: ReviewIndex, row: number, show: Show): boolean {
  switch (show) {
    case 'flagged':
      return (index.scores[DEFAULT_SCORE][row] as number) >= index.flaggedAt; // NaN is not
    case 'all':
      return true;
    case 'unreadable':
      return index.unreadable[row] === 1;
    case 'unlabelled':
      return index.given[row] === -1;
    case 'trained-on':
      return index.trainedOn[row] === 1;
    case 'audit':
      return index.auditPlace[row] !== -1;
    case 'selection':
      return index.selection[row] === 1;
    case 'disagreements':
      return index.disagreement[row] === 1;
    case 'share':
      return index.share[row] === 1;
    case 'round':
      return index.roundPlace[row] !== -1;
    case 'newly-flagged':
      return changeOf(index, row)?.flagged === 'gained';
    case 'no-longer-flagged':
      return changeOf(index, row)?.flagged === 'lost';
    case 'suggestion-changed':
      return changeOf(index, row)?.suggestion === true;
    default:
      return ((index.issues[row] as number) & issueBits([show])) !== 0;
  }
}

/** How a row differs from the run before. */
interface RunChange {
  flagged: 'gained' | 'lost' | 'both' | 'neither';
  suggestion: boolean;
}

/** What is otherwise than in the run before; null for an image that only one of the two has read. */
export function changeOf(index: ReviewIndex, row: number): RunChange | null {
  const { earlier } = index;
  if (earlier === null || earlier.known[row] !== 1 || index.read[row] !== 1) return null;
  const before = (earlier.wrongLabel[row] as number) >= index.flaggedAt;
  const now = belongs(index, row, 'flagged');
  return {
    flagged: now ? (before ? 'both' : 'gained') : before ? 'lost' : 'neither',
    suggestion: earlier.suggested[row] !== index.suggested[row],
  };
}

/**
 * Filters and orders the dataset for review. One filter at a time goes over its own column in row order, which
 * is what keeps a million rows within a few milliseconds each.
 */
export function buildQueue(
  index: ReviewIndex,
  filter: QueueFilter,
  score: ScoreId,
  classCount: number,
  grouping: Grouping = 'none',
  clusters: Clusters | null = null,
): Queue {
  const choices: Choice[] = [
    { bit: FILTER.given, column: index.given, codes: classCount, chosen: filter.given },
    { bit: FILTER.suggested, column: index.suggested, codes: classCount, chosen: filter.suggested },
    {
      bit: FILTER.splits,
      column: index.split,
      codes: index.splits.length,
      chosen: filter.splits.map((name) => index.splits.indexOf(name)),
    },
    {
      bit: FILTER.statuses,
      column: index.status,
      codes: STATUSES.length,
      chosen: filter.statuses.map((status) => STATUSES.indexOf(status)),
    },
  ];
  const values = index.scores[score];
  const failed = new Uint32Array(index.size);
  if (filter.show !== 'all') {
    for (let row = 0; row < index.size; row++) {
      if (!belongs(index, row, filter.show)) failed[row] = FILTER.show;
    }
  }
  for (const choice of choices) failChoice(failed, choice);
  if (filter.earlier.length > 0) {
    const column = index.earlier?.suggested ?? new Int16Array(index.size).fill(-1);
    failChoice(failed, { bit: FILTER.earlier, column, codes: classCount, chosen: filter.earlier });
  }
  failRange(failed, FILTER.score, values, filter.minScore, filter.maxScore);
  failRange(failed, FILTER.confidence, index.confidence, filter.minConfidence, filter.maxConfidence);
  failName(failed, index, filter.name);
  const tests = metadataTests(filter.metadata, METADATA_BIT);
  failMetadata(failed, index.metadata, tests);
  const [given, suggested, splits, statuses] = choices.map((choice) => countChoice(failed, choice)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  const facets: QueueFacets = {
    show: countShows(index, failed),
    given,
    suggested,
    splits: Object.fromEntries(index.splits.map((name, code) => [name, splits[code] ?? 0])),
    statuses: Object.fromEntries(
      STATUSES.map((status, code) => [status, statuses[code] ?? 0]),
    ) as QueueFacets['statuses'],
    scoreHistogram: histogram(failed, FILTER.score, values),
    confidenceHistogram: histogram(failed, FILTER.confidence, index.confidence),
    metadata: metadataFacets(failed, index.metadata, tests),
  };
  const order = orderOf(index, filter.show, score);
  const rows = passing(order, failed);
  const grouped =
    clusters === null
      ? groupRows(index, rows, grouping, classCount)
      : groupClusters(index, rows, clusters, classCount);
  return { ...grouped, facets };
}

/** A round, and what was drawn at random, has an order of its own. */
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

/** A filter by a column of small codes; an empty choice takes any. */
interface Choice {
  bit: number;
  column: Int16Array | Uint8Array;
  codes: number;
  chosen: readonly number[];
}

function failChoice(failed: Uint32Array, { bit, column, codes, chosen }: Choice): void {
  if (chosen.length === 0) return;
  const accepted = new Uint8Array(codes + 1); // of code + 1, as -1 is none
  for (const code of chosen) if (code >= -1 && code < codes) accepted[code + 1] = 1;
  for (let row = 0; row < failed.length; row++) {
    if (accepted[(column[row] as number) + 1] !== 1) failed[row] = (failed[row] as number) | bit;
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

function countChoice(failed: Uint32Array, { bit, column, codes }: Choice): number[] {
  const counts = new Uint32Array(codes + 1);
  for (let row = 0; row < failed.length; row++) {
    if (((failed[row] as number) & ~bit) !== 0) continue;
    const code = (column[row] as number) + 1;
    counts[code] = (counts[code] as number) + 1;
  }
  return [...counts.subarray(1)];
}

function countChange(counts: Record<Show, number>, change: RunChange | null): void {
  if (change?.flagged === 'gained') counts['newly-flagged']++;
  if (change?.flagged === 'lost') counts['no-longer-flagged']++;
  if (change?.suggestion) counts['suggestion-changed']++;
}

/** How many rows each choice would show, all other filters staying: `belongs` of each choice, in one pass. */
function countShows(index: ReviewIndex, failed: Uint32Array): Record<Show, number> {
  const counts = Object.fromEntries(SHOWS.map((show) => [show, 0])) as Record<Show, number>;
  const scores = index.scores[DEFAULT_SCORE];
  const withIssues = new Uint32Array(256); // by their bits
  for (let row = 0; row < failed.length; row++) {
    if (((failed[row] as number) & ~FILTER.show) !== 0) continue;
    counts.all++;
    if ((scores[row] as number) >= index.flaggedAt) counts.flagged++;
    if (index.given[row] === -1) counts.unlabelled++;
    counts.unreadable += index.unreadable[row] as number;
    counts['trained-on'] += index.trainedOn[row] as number;
    counts.selection += index.selection[row] as number;
    counts.disagreements += index.disagreement[row] as number;
    counts.share += index.share[row] as number;
    if (index.auditPlace[row] !== -1) counts.audit++;
    if (index.roundPlace[row] !== -1) counts.round++;
    if (index.earlier !== null) countChange(counts, changeOf(index, row));
    const bits = index.issues[row] as number;
    withIssues[bits] = (withIssues[bits] as number) + 1;
  }
  for (const issue of ISSUES) {
    const bit = issueBits([issue]);
    for (const [bits, count] of withIssues.entries()) if ((bits & bit) !== 0) counts[issue] += count;
  }
  return counts;
}

/** Images by value in bins of equal width over 0 to 1. */
function histogram(failed: Uint32Array, bit: number, values: Float32Array): number[] {
  const counts = new Uint32Array(HISTOGRAM_BINS);
  for (let row = 0; row < failed.length; row++) {
    const value = values[row] as number;
    if (((failed[row] as number) & ~bit) !== 0 || Number.isNaN(value)) continue;
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(value * HISTOGRAM_BINS));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return [...counts];
}

function passing(order: Int32Array, failed: Uint32Array): Int32Array {
  const rows = new Int32Array(order.length);
  let count = 0;
  for (const row of order) if (failed[row] === 0) rows[count++] = row;
  return rows.slice(0, count);
}

/** Gathers rows of a kind, largest group first; inside a group their order stays. */
function groupRows(
  index: ReviewIndex,
  rows: Int32Array,
  grouping: Grouping,
  classCount: number,
): Pick<Queue, 'rows' | 'groups'> {
  if (grouping !== 'given' && grouping !== 'suggested' && grouping !== 'pair') return { rows, groups: [] };
  const codes = classCount + 1; // of label + 1, as -1 is none
  const keyOf = (row: number): number => {
    const given = grouping === 'suggested' ? 0 : (index.given[row] as number) + 1;
    const suggested = grouping === 'given' ? 0 : (index.suggested[row] as number) + 1;
    return given * codes + suggested;
  };
  const counts = new Uint32Array(codes * codes);
  for (const row of rows) {
    const key = keyOf(row);
    counts[key] = (counts[key] as number) + 1;
  }
  const keys = [...counts.keys()].filter((key) => counts[key] !== 0);
  keys.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const starts = new Uint32Array(codes * codes);
  const groups: QueueGroup[] = [];
  let start = 0;
  for (const key of keys) {
    const count = counts[key] as number;
    const given = Math.floor(key / codes) - 1;
    const suggested = (key % codes) - 1;
    groups.push({
      start,
      count,
      given: grouping === 'suggested' || given < 0 ? null : given,
      suggested: grouping === 'given' || suggested < 0 ? null : suggested,
      name: null,
    });
    starts[key] = start;
    start += count;
  }
  const grouped = new Int32Array(rows.length);
  for (const row of rows) {
    const key = keyOf(row);
    const place = starts[key] as number;
    grouped[place] = row;
    starts[key] = place + 1;
  }
  return { rows: grouped, groups };
}

/** Gathers rows of a cluster, in the order of the first of each; those in none, or alone in the queue, at the end. */
function groupClusters(
  index: ReviewIndex,
  rows: Int32Array,
  { keys, names }: Clusters,
  classCount: number,
): Pick<Queue, 'rows' | 'groups'> {
  const counts = new Uint32Array(names.length);
  for (const row of rows) {
    const key = keys[row] as number;
    if (key >= 0) counts[key] = (counts[key] as number) + 1;
  }
  const starts = new Int32Array(names.length).fill(-1);
  const groups: QueueGroup[] = [];
  let start = 0;
  for (const row of rows) {
    const key = keys[row] as number;
    if (key < 0 || starts[key] !== -1 || (counts[key] as number) < 2) continue;
    const count = counts[key] as number;
    groups.push({ start, count, given: null, suggested: null, name: names[key] as string });
    starts[key] = start;
    start += count;
  }
  if (start < rows.length) {
    groups.push({ start, count: rows.length - start, given: null, suggested: null, name: null });
  }
  const grouped = new Int32Array(rows.length);
  let alone = start;
  for (const row of rows) {
    const place = starts[keys[row] as number] ?? -1;
    if (place === -1) grouped[alone++] = row;
    else {
      grouped[place] = row;
      starts[keys[row] as number] = place + 1;
    }
  }
  for (const group of groups) {
    if (group.name === null) continue;
    const members = grouped.subarray(group.start, group.start + group.count);
    group.given = sharedLabel(members, index.given);
    group.suggested = commonestLabel(members, index.suggested, classCount);
  }
  return { rows: grouped, groups };
}

function sharedLabel(rows: Int32Array, labels: Int16Array): number | null {
  const first = labels[rows[0] as number] as number;
  return first >= 0 && rows.every((row) => labels[row] === first) ? first : null;
}

function commonestLabel(rows: Int32Array, labels: Int16Array, classCount: number): number | null {
  const counts = new Uint32Array(classCount);
  for (const row of rows) {
    const label = labels[row] as number;
    if (label >= 0) counts[label] = (counts[label] as number) + 1;
  }
  const most = Math.max(...counts);
  return most > 0 ? counts.indexOf(most) : null;
}
