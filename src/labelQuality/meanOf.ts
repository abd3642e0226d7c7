/** The mean of a number of each of [n] items, weighted by their shares, which add up to 1. */
export function meanOf<Item extends { share: number }>(
  items: readonly Item[],
  numberOf: (item: Item) => number,
): number {
  return items.reduce((sum, item) => sum + item.share * numberOf(item), 0);
}
