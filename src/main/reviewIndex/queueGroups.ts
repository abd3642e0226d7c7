import type { Grouping, QueueGroup } from '../../protocol/queue.ts';
import type { ReviewIndex } from './reviewIndex.ts';

/** Rows of a queue that form one group. */
export interface GroupedRows {
  rows: Int32Array;
  /** Empty where nothing is grouped. */
  groups: QueueGroup[];
}

/** Groups of images beyond their labels. */
export interface Clusters {
  /** For each row of the index the number of its cluster; -1 if it is in none. */
  keys: Int32Array;
  /** Of each cluster. */
  names: readonly string[];
}

/** Gathers rows of a kind, largest group first; inside a group their order stays. */
export function groupRows(
  index: ReviewIndex,
  rows: Int32Array,
  grouping: Grouping,
  classCount: number,
): GroupedRows {
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

/**
 * Groups rows by cluster, in the order of the first of each; those in none, or alone in the queue, at the
 * end.
 */
export function groupClusters(
  index: ReviewIndex,
  rows: Int32Array,
  { keys, names }: Clusters,
  classCount: number,
): GroupedRows {
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
