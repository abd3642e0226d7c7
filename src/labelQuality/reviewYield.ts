import { type Interval, wilsonInterval } from './intervals.ts';

/** A verdict in the order in which it was given. */
export interface ReviewedImage {
  /** The label was corrected, or the image excluded. */
  wrong: boolean;
}

/** Images viewed one after the other. */
export interface YieldBlock {
  /** Images viewed before this block. */
  from: number;
  size: number;
  wrong: number;
}

export interface ReviewYield {
  /** The findings, block by block. */
  found: YieldBlock[];
  /**
   * The expectation for the images without a decision in the order of the queue; `wrong` is not an integer.
   */
  ahead: YieldBlock[];
  /** The last hundred images viewed, or as many as there are; null before the first. */
  recent: { viewed: number; wrong: number; share: Interval } | null;
  /** Wrong ones expected among the next hundred of the queue, per hundred; null if there are none. */
  nextPerHundred: number | null;
  /** Images from here on in the queue, until fewer than WORTHWHILE_PER_HUNDRED in a hundred like the next are wrong. */
  imagesWorthwhile: number;
  /** Wrong ones expected among those. */
  errorsWorthwhile: number;
}

/** A hundred images with fewer wrong ones than this are not worth a person's time, unless they decide so. */
export const WORTHWHILE_PER_HUNDRED = 5;

const RECENT = 100;
const MOST_BLOCKS = 60;
const SMALLEST_BLOCK = 10;

/**
 * How many wrong labels a review has found per hundred images, and what to expect from continuing.
 * @param reviewed [n] in order of time
 * @param ahead [m] probability that the label is wrong, of the images without a decision, in descending order
 */
export function measureYield(reviewed: readonly ReviewedImage[], ahead: ArrayLike<number>): ReviewYield {
  const sums = runningSums(ahead);
  const last = reviewed.slice(-RECENT);
  const wrong = last.filter((image) => image.wrong).length;
  const next = Math.min(RECENT, ahead.length);
  const imagesWorthwhile = countWorthwhile(ahead);
  return {
    found: foundBlocks(reviewed),
    ahead: aheadBlocks(sums, reviewed.length),
    recent:
      last.length === 0 ? null : { viewed: last.length, wrong, share: wilsonInterval(wrong, last.length) },
    nextPerHundred: next === 0 ? null : (100 * (sums[next] as number)) / next,
    imagesWorthwhile,
    errorsWorthwhile: sums[imagesWorthwhile] as number,
  };
}

/** [n] -> [n + 1]: at index i the sum of the first i values. */
function runningSums(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) {
    sums[index + 1] = (sums[index] as number) + (values[index] as number);
  }
  return sums;
}

/** Because the probabilities descend, each is the rate of wrong labels among images like it. */
function countWorthwhile(ahead: ArrayLike<number>): number {
  let count = 0;
  while (count < ahead.length && 100 * (ahead[count] as number) >= WORTHWHILE_PER_HUNDRED) count++;
  return count;
}

function blockSize(count: number): number {
  return SMALLEST_BLOCK * Math.max(1, Math.ceil(count / (SMALLEST_BLOCK * MOST_BLOCKS)));
}

function foundBlocks(reviewed: readonly ReviewedImage[]): YieldBlock[] {
  const size = blockSize(reviewed.length);
  const blocks: YieldBlock[] = [];
  for (let from = 0; from < reviewed.length; from += size) {
    const block = reviewed.slice(from, from + size);
    blocks.push({ from, size: block.length, wrong: block.filter(({ wrong }) => wrong).length });
  }
  return blocks;
}

function aheadBlocks(sums: Float64Array, viewed: number): YieldBlock[] {
  const count = sums.length - 1;
  const size = blockSize(count);
  const blocks: YieldBlock[] = [];
  for (let from = 0; from < count; from += size) {
    const to = Math.min(count, from + size);
    const wrong = (sums[to] as number) - (sums[from] as number);
    blocks.push({ from: viewed + from, size: to - from, wrong });
  }
  return blocks;
}
