import { DEFAULT_SCORE, type Scores } from './scores/index.ts';

/**
 * The probability of each label to be the true one of an image, [L] by the dataset's classes: from the base
 * model, the tuned model, and the dataset's noise together. Null for a class without a probability. These are
 * the only numbers for "it is X" on every screen; `wrongLabel` is the one for "the label is wrong".
 */
export type LabelProbabilities = readonly (number | null)[];

/** The stored part of a label's score. */
export interface StoredLabelScores {
  scores: Scores;
  alternativeClass: number | null;
  alternativeProbability: number | null;
  /** [L] how likely each class is the true one; missing in flags of an older version. */
  truth?: Float32Array | null;
}

/** The probability that the given label is wrong; null if it cannot be computed. */
export function wrongLabel({ scores }: Pick<StoredLabelScores, 'scores'>): number | null {
  return scores[DEFAULT_SCORE];
}

/**
 * @param alone [L] the model's distribution for the image alone, for flags of an older version: the given
 *   label and the most likely other one keep their stored probabilities, and the rest is distributed
 *   according to `alone`
 */
export function labelProbabilities(
  stored: StoredLabelScores,
  given: number | null,
  alone: LabelProbabilities,
): LabelProbabilities {
  if (stored.truth) {
    return Array.from(stored.truth, (share) => (Number.isNaN(share) ? null : share));
  }
  const wrong = wrongLabel(stored);
  const { alternativeClass, alternativeProbability } = stored;
  if (wrong === null || given === null || alternativeClass === null || alternativeProbability === null) {
    return alone;
  }
  const isNamed = (label: number) => label === given || label === alternativeClass;
  const others = alone.reduce<number>((sum, share, label) => sum + (isNamed(label) ? 0 : (share ?? 0)), 0);
  const left = Math.max(0, wrong - alternativeProbability);
  return alone.map((share, label) => {
    if (label === given) return 1 - wrong;
    if (label === alternativeClass) return alternativeProbability;
    return share === null ? null : others > 0 ? (share / others) * left : 0;
  });
}

/** How likely a class is the true one, in [0, 1]; null if that is unknown. */
export function probabilityOf(probabilities: LabelProbabilities, label: number | null): number | null {
  return label === null ? null : (probabilities[label] ?? null);
}

/**
 * The most likely label other than this one; null if there is none.
 * @param probabilities [L] null or NaN for a class without a probability
 */
export function likeliestOther(
  probabilities: ArrayLike<number | null>,
  except: number | null,
): number | null {
  let best: number | null = null;
  for (let label = 0; label < probabilities.length; label++) {
    const share = probabilities[label] ?? null;
    if (label === except || share === null || Number.isNaN(share)) continue;
    if (best === null || share > (probabilities[best] as number)) best = label;
  }
  return best;
}
