/** Values between two looks at the limit, which cost more than a few products. */
const BETWEEN_CHECKS = 32;

/**
 * The square of the Euclidean distance of two vectors [n].
 * @param enough above it the sum so far will do: the caller looks for something closer
 * @param at where the right one begins, if it is one of many in a row
 */
export function squaredDistance(
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  enough = Number.POSITIVE_INFINITY,
  at = 0,
): number {
  let sum = 0;
  for (let from = 0; from < left.length && sum <= enough; from += BETWEEN_CHECKS) {
    const end = Math.min(from + BETWEEN_CHECKS, left.length);
    for (let index = from; index < end; index++) {
      const difference = (left[index] as number) - (right[at + index] as number);
      sum += difference * difference;
    }
  }
  return sum;
}
