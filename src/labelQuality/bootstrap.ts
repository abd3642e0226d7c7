import { seededRandom } from './random.ts';

/** A value with its resampling interval. */
export interface PercentileInterval {
  low: number;
  high: number;
}

/**
 * Draws resamples of `size` items with replacement, as how often each is drawn. The same seed gives the same
 * draws, so that two measures of the same images can be compared pair by pair.
 */
export function* resamples(size: number, rounds: number, seed: number): Generator<Uint16Array> {
  const random = seededRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const counts = new Uint16Array(size);
    for (let draw = 0; draw < size; draw++) {
      const index = Math.floor(random() * size);
      counts[index] = (counts[index] as number) + 1;
    }
    yield counts;
  }
}

/** The middle `share` of [n] values, by linear interpolation between ranks; null without values. */
export function percentileInterval(values: readonly number[], share = 0.95): PercentileInterval | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return { low: quantile(sorted, (1 - share) / 2), high: quantile(sorted, (1 + share) / 2) };
}

function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.min(sorted.length - 1, below + 1)] as number;
  return low + (high - low) * (place - below);
}
