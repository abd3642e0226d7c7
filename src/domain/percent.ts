/**
 * A probability or share in sentences: whole percentages, with a decimal below ten, and neither 0 % nor 100 %
 * for anything uncertain.
 */
export function formatPercent(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return 'under 0.1\u00a0%';
  if (percent < 100 && percent > 99) return 'over 99\u00a0%';
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1).replace(/\.0$/, '') : percent.toFixed(0)}\u00a0%`;
}

/** A share as per cent with one digit, as tables and reports have it; without its sign, for ranges. */
export const perCent = (share: number): string => (100 * share).toFixed(1);
