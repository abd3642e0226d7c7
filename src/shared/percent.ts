/** A share as per cent with one digit, as tables and reports have it; without its sign, for ranges. */
export const perCent = (share: number): string => (100 * share).toFixed(1);
