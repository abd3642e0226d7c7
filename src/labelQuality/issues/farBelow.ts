/** Interquartile ranges beyond the quartile from which a value is far out (Tukey). */
const FAR_OUT = 3;
const LEAST_VALUES = 20;

/**
 * Of [n] values the one under which others are far out (Tukey, "Exploratory data analysis", 1977): three interquartile ranges below the lower quartile. -Infinity for
 * too few values, or equal ones.
 */
export function farBelow(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  if (sorted.length < LEAST_VALUES) return Number.NEGATIVE_INFINITY;
  const quartile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const [low, high] = [quartile(0.25), quartile(0.75)];
  return high > low ? low - FAR_OUT * (high - low) : Number.NEGATIVE_INFINITY;
}
