const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * Row numbers by score, highest first; equal ones in row order, NaN last. A radix sort over the bits of the
 * floats: a million rows take some 20 ms, where a comparison sort blocks the process for most of a second.
 * @param scores none below 0, so that their bits as integers are in the same order as their values
 */
export function orderByScore(scores: Float32Array): Int32Array {
  const keys = new Uint32Array(scores.length);
  const keyOf = keysOf(scores);
  for (let row = 0; row < keys.length; row++) keys[row] = keyOf(row);
  const rows = new Int32Array(scores.length);
  for (let row = 0; row < rows.length; row++) rows[row] = row;
  return sortByDigit(sortByDigit(rows, keys, 0), keys, DIGIT_BITS);
}

/**
 * An order by score after the scores of a few rows have changed: during a scan, sorting a million rows for
 * each queue would take most of its time.
 * @param changed each once, in any order
 */
export function reorderByScore(
  order: Int32Array,
  scores: Float32Array,
  changed: Iterable<number>,
): Int32Array {
  const keyOf = keysOf(scores);
  const compare = (left: number, right: number) => keyOf(left) - keyOf(right) || left - right;
  const moved = Int32Array.from(changed).sort(compare);
  const others = without(order, moved);
  const reordered = new Int32Array(order.length);
  let from = 0;
  for (const [place, row] of moved.entries()) {
    const to = placeIn(others, row, compare);
    reordered.set(others.subarray(from, to), from + place);
    reordered[to + place] = row;
    from = to;
  }
  reordered.set(others.subarray(from), from + moved.length);
  return reordered;
}

function without(order: Int32Array, rows: Int32Array): Int32Array {
  const left = new Uint8Array(order.length);
  for (const row of rows) left[row] = 1;
  const others = new Int32Array(order.length - rows.length);
  let count = 0;
  for (let place = 0; place < order.length; place++) {
    const row = order[place] as number;
    if (left[row] === 0) others[count++] = row;
  }
  return others;
}

/** Where a row belongs among rows that are in order. */
function placeIn(rows: Int32Array, row: number, compare: (left: number, right: number) => number): number {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(rows[middle] as number, row) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Of a row a number that is the smaller the higher its score; the largest of all without one. */
function keysOf(scores: Float32Array): (row: number) => number {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  return (row) => {
    const score = scores[row] as number;
    if (Number.isNaN(score)) return 0xffffffff;
    return score === 0 ? 0xfffffffe : ~(bits[row] as number) >>> 0;
  };
}

/** Row numbers ordered by 16 bits of their keys, stable. */
function sortByDigit(rows: Int32Array, keys: Uint32Array, shift: number): Int32Array {
  const starts = new Uint32Array(DIGITS + 1);
  for (const key of keys) {
    const digit = (key >>> shift) & (DIGITS - 1);
    starts[digit + 1] = (starts[digit + 1] as number) + 1;
  }
  for (let digit = 0; digit < DIGITS; digit++) {
    starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
  }
  const sorted = new Int32Array(rows.length);
  for (const row of rows) {
    const digit = ((keys[row] as number) >>> shift) & (DIGITS - 1);
    const place = starts[digit] as number;
    sorted[place] = row;
    starts[digit] = place + 1;
  }
  return sorted;
}
