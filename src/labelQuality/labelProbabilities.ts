import { DEFAULT_SCORE, type Scores } from './scores.ts';

/**
 * How likely each label is the true one of an image, [L] by the dataset's classes: what the base model, the model
 * tuned to the dataset, and the dataset's noise say together. Null for a class that nothing has a probability for.
 * They are the one number for "it is X" on every screen; `wrongLabel` is the one for "the label is wrong".
 */
export type LabelProbabilities = readonly (number | null)[];

/** What is stored of how a label was judged. */
export interface StoredJudgement {
  scores: Scores;
  alternativeClass: number | null;
  alternativeProbability: number | null;
  truth?: Float32Array | null;
}

/** The probability that the given label is wrong; null where it cannot be judged. */
export function wrongLabel({ scores }: Pick<StoredJudgement, 'scores'>): number | null {
  return scores[DEFAULT_SCORE];
}

/**
 * @param alone [L] what the model says of the image alone, for flags of an older version: the given label and the
 * likeliest other one have what was stored, and the rest is shared out by it
 */
export function labelProbabilities(
  judgement: StoredJudgement,
  given: number | null,
  alone: LabelProbabilities,
): LabelProbabilities {
  if (judgement.truth) {
    return Array.from(judgement.truth, (share) => (Number.isNaN(share) ? null : share));
  }
  const wrong = wrongLabel(judgement);
  const { alternativeClass, alternativeProbability } = judgement;
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

export function probabilityOf(probabilities: LabelProbabilities, label: number | null): number | null {
  return label === null ? null : (probabilities[label] ?? null);
}

/** The likeliest label but one; null where there is none. */
export function likeliestOther(probabilities: LabelProbabilities, except: number | null): number | null {
  let best: number | null = null;
  for (const [label, share] of probabilities.entries()) {
    if (label === except || share === null) continue;
    if (best === null || share > (probabilities[best] as number)) best = label;
  }
  return best;
}
