import { normalisedEntropy } from '../reliability.ts';
import type { LabelDistribution, LabelFacts } from './score.ts';

/** The most likely class other than `given` that the model knows; null if there is none. */
export function bestOtherLabel(
  distribution: LabelDistribution,
  given: number | null,
): { label: number; probability: number } | null {
  let best: { label: number; probability: number } | null = null;
  for (let label = 0; label < distribution.length; label++) {
    const probability = distribution[label];
    if (label === given || probability == null) continue;
    if (!best || probability > best.probability) best = { label, probability };
  }
  return best;
}

/** A distribution's view of a given label; null if there is no label, or the model does not know it. */
export function labelFacts(distribution: LabelDistribution, given: number | null): LabelFacts | null {
  const probability = given === null ? null : (distribution[given] ?? null);
  if (probability === null) return null;
  const known = Array.from(distribution).filter((share) => share !== null);
  return {
    given: probability,
    bestOther: bestOtherLabel(distribution, given)?.probability ?? 0,
    entropy: normalisedEntropy(known),
  };
}
