import { z } from 'zod';
import { normalisedEntropy } from './reliability.ts';

/**
 * Label-quality scores: how likely the given label is wrong, each in [0, 1], higher = more likely wrong. They
 * are computed from a distribution over the dataset's classes (the corrected one, summed and renormalised
 * over the classes that the model knows), some of them also from the dataset around the image. The window and
 * the command line choose from this table.
 */
export const SCORE_IDS = [
  'wrong-label',
  'likelihood-ratio',
  'self-confidence',
  'normalised-margin',
  'weighted-entropy',
  'adjusted-self-confidence',
  'adjusted-margin',
  'mistakenness',
  'scn-margin',
  'anchor-distance',
  'neighbour-conflict',
] as const;
export type ScoreId = (typeof SCORE_IDS)[number];

/** An image's scores; each null where it cannot be computed: no given label, or one unknown to the model. */
export type Scores = Record<ScoreId, number | null>;

export const DEFAULT_SCORE: ScoreId = 'wrong-label';

/**
 * A note next to the default score if another model made the predictions than the one it was calibrated with.
 */
export const OTHER_MODEL_NOTE = 'Calibrated with another model, so trust the order more than the number.';

/**
 * Default threshold: from this default score on a label is flagged, because it is then more likely wrong than
 * right.
 */
export const FLAGGED_AT = 0.5;
export const flaggedAtSchema = z.number().min(0.01).max(0.99);

/**
 * The label to change a given one to if the threshold is not one half: the most likely other label of a
 * flagged image, the given one of every other image.
 * @param wrong the default score; NaN or null if it cannot be computed
 */
export function suggestionAt(
  flaggedAt: number,
  wrong: number | null,
  labels: { given: number | null; alternative: number | null; suggested: number | null },
): number | null {
  if (wrong === null || Number.isNaN(wrong)) return labels.suggested;
  return wrong >= flaggedAt ? (labels.alternative ?? labels.suggested) : labels.given;
}

/** A distribution over the dataset's classes, [C]; null for a class that the model does not know. */
export type LabelDistribution = ArrayLike<number | null>;

/** A distribution's view of a given label. */
export interface LabelFacts {
  /** Probability of the given label, in [0, 1]. */
  given: number;
  /** Largest probability of any other label, in [0, 1]; 0 if there is none. */
  bestOther: number;
  /** Normalised entropy of the distribution, Eq. 10, in [0, 1]. */
  entropy: number;
}

export interface Score {
  id: ScoreId;
  title: string;
  /** One plain sentence. */
  description: string;
  reference: string;
  /** From one distribution only; null for a score that needs anchors, or the dataset around the image. */
  score: ((facts: LabelFacts) => number) | null;
}

const CLEANLAB = 'Northcutt, Jiang, Chuang, "Confident Learning", arXiv 1911.00068, as in cleanlab 2.9';
/** cleanlab's floor for a probability that is divided by. */
const LEAST_PROBABILITY = 1e-6;

export const scores = {
  'wrong-label': {
    id: 'wrong-label',
    title: 'Wrong-label probability',
    description:
      'How likely the label is wrong, from the prediction, its confidence, and how labels in this dataset tend to be wrong.',
    reference: "Bayes' rule with the noise transition matrix of the dataset, calibrated on FER2013.",
    score: null,
  },
  'likelihood-ratio': {
    id: 'likelihood-ratio',
    title: 'Likelihood ratio',
    description: 'How much likelier the best other label is than the given one; 50 % where they are even.',
    reference: 'log(best other / given) through the logistic function, which is best / (best + given).',
    score: ({ given, bestOther }) => (given + bestOther > 0 ? bestOther / (given + bestOther) : 0.5),
  },
  'self-confidence': {
    id: 'self-confidence',
    title: 'Self-confidence',
    description: '1 minus the probability of the given label.',
    reference: `1 - p[given]; ${CLEANLAB}.`,
    score: ({ given }) => 1 - given,
  },
  'normalised-margin': {
    id: 'normalised-margin',
    title: 'Normalised margin',
    description: 'Difference between the probabilities of the best other label and the given one.',
    reference: `1 - (p[given] - max other + 1) / 2; ${CLEANLAB}.`,
    score: ({ given, bestOther }) => 1 - (given - bestOther + 1) / 2,
  },
  'weighted-entropy': {
    id: 'weighted-entropy',
    title: 'Weighted entropy',
    description: 'Uncertainty of the model, weighted by how improbable the given label is.',
    reference: `1 - ln(1 + r) / r with r = normalised entropy / p[given]; ${CLEANLAB}.`,
    score: ({ given, entropy }) => {
      const ratio = Math.max(LEAST_PROBABILITY, entropy / Math.max(LEAST_PROBABILITY, given));
      return 1 - Math.log1p(ratio) / ratio;
    },
  },
  'adjusted-self-confidence': {
    id: 'adjusted-self-confidence',
    title: 'Self-confidence, class-adjusted',
    description: 'Self-confidence, less the model’s average for each class.',
    reference: `Self-confidence of p minus the classes' thresholds, renormalised; ${CLEANLAB}.`,
    score: null,
  },
  'adjusted-margin': {
    id: 'adjusted-margin',
    title: 'Margin, class-adjusted',
    description: 'Margin, less the model’s average for each class.',
    reference: `Normalised margin of p minus the classes' thresholds, renormalised; ${CLEANLAB}.`,
    score: null,
  },
  mistakenness: {
    id: 'mistakenness',
    title: 'Mistakenness',
    description: 'Confidence of the model in another label.',
    reference: '(m c + 1) / 2 with c = max p, m = 1 where it contradicts the label, else -1; FiftyOne Brain.',
    score: ({ given, bestOther }) => (bestOther > given ? 1 + bestOther : 1 - given) / 2,
  },
  'scn-margin': {
    id: 'scn-margin',
    title: 'Relabel margin',
    description: 'Difference between the probabilities of the most likely label and the given one.',
    reference: 'max p - p[given]; Wang et al., "Suppressing Uncertainties" (SCN), arXiv 2002.10392.',
    score: ({ given, bestOther }) => Math.max(0, bestOther - given),
  },
  'anchor-distance': {
    id: 'anchor-distance',
    title: 'Anchor distance',
    description:
      'How much closer the closest reference face of another class is than that of the given class.',
    reference: 'd own / (d own + d other), the distances of Eq. 12; GReFEL, arXiv 2410.15927.',
    score: null,
  },
  'neighbour-conflict': {
    id: 'neighbour-conflict',
    title: 'Neighbour conflict',
    description:
      'How much closer the most similar image with a different label is than the one with the same label.',
    reference: 'd same^2 / (d same^2 + d different^2); Gröger et al., SelfClean, arXiv 2305.17048.',
    score: null,
  },
} satisfies Record<ScoreId, Score>;

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

/** The scores that one distribution allows; null for every other one. */
export function scoreReading(distribution: LabelDistribution, given: number | null): Scores {
  const facts = labelFacts(distribution, given);
  return scoresBy((id) => {
    const { score }: Score = scores[id];
    return facts === null || score === null ? null : clampToUnit(score(facts));
  });
}

export function scoresBy(value: (id: ScoreId) => number | null): Scores {
  return Object.fromEntries(SCORE_IDS.map((id) => [id, value(id)])) as Scores;
}

export function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** Of two distances, the share of the first: 0.5 where they are equal, 1 where the second is far nearer. */
export function distanceConflict(own: number, other: number): number {
  return own + other > 0 ? own / (own + other) : 0.5;
}
