import type { AnchorMatch } from './reliability.ts';

/**
 * Flag scores: how likely it is that the given label is wrong, from a distribution over the dataset's classes
 * (the corrected one, summed and renormalised over the classes that the model knows).
 */
export const SCORE_IDS = ['likelihood-ratio', 'self-confidence', 'normalised-margin'] as const;
export type ScoreId = (typeof SCORE_IDS)[number];

export const DEFAULT_SCORE: ScoreId = 'likelihood-ratio';

/** A label is flagged from this default score on: the model then finds another class at least as likely. */
export const FLAGGED_AT = 0.5;

/** A distribution over the dataset's classes, [C]; null for a class that the model does not know. */
export type LabelDistribution = ArrayLike<number | null>;

export interface Score {
  id: ScoreId;
  title: string;
  /** One plain sentence. */
  description: string;
  reference: string;
  /**
   * @param given probability of the given label, in [0, 1]
   * @param bestOther largest probability of any other label, in [0, 1]
   * @returns 0 (label surely right) to 1 (label surely wrong)
   */
  score(given: number, bestOther: number): number;
}

export const scores = {
  'likelihood-ratio': {
    id: 'likelihood-ratio',
    title: 'Likelihood ratio',
    description:
      'How much likelier the best other label is than the given one; one half where they are even.',
    reference: 'log(best other / given) through the logistic function, which is best / (best + given).',
    score: (given, bestOther) => (given + bestOther > 0 ? bestOther / (given + bestOther) : 0.5),
  },
  'self-confidence': {
    id: 'self-confidence',
    title: 'Self-confidence',
    description: 'How little probability is left for the given label.',
    reference: '1 - p[given]; Northcutt, Jiang, Chuang, "Confident Learning", arXiv 1911.00068.',
    score: (given) => 1 - given,
  },
  'normalised-margin': {
    id: 'normalised-margin',
    title: 'Normalised margin',
    description: 'How far the given label falls behind the best other one, as a difference of probabilities.',
    reference:
      '1 - (p[given] - max other + 1) / 2; Northcutt, Jiang, Chuang, "Confident Learning", arXiv 1911.00068.',
    score: (given, bestOther) => 1 - (given - bestOther + 1) / 2,
  },
} satisfies Record<ScoreId, Score>;

/** The likeliest class other than `given` that the model knows; null where there is none. */
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

/**
 * Every score of one image, each in [0, 1], higher = more likely wrong; each null where there is no given
 * label, or the model has no probability for it.
 */
export function scoreSample(
  distribution: LabelDistribution,
  given: number | null,
): Record<ScoreId, number | null> {
  const probability = given === null ? null : (distribution[given] ?? null);
  const bestOther = bestOtherLabel(distribution, given)?.probability ?? 0;
  const value = (id: ScoreId): number | null => {
    if (probability === null) return null;
    return Math.min(1, Math.max(0, scores[id].score(probability, bestOther)));
  };
  return {
    'likelihood-ratio': value('likelihood-ratio'),
    'self-confidence': value('self-confidence'),
    'normalised-margin': value('normalised-margin'),
  };
}

export interface FlagFacts {
  /** Corrected distribution over the dataset's classes. */
  distribution: LabelDistribution;
  given: number | null;
  /** Names of the dataset's classes, by label. */
  classNames: readonly string[];
  /** Nearest first; may be empty. */
  anchors: readonly AnchorMatch[];
  /** Names of the MODEL's classes, by `classIndex` of an anchor, in the dataset's spelling where mapped. */
  anchorClassNames: readonly string[];
}

/** Why an image is flagged, or not: one sentence of facts, true in either case. */
export function explainFlag(facts: FlagFacts): string {
  return `${explainReading(facts)}${explainAnchors(facts)}.`;
}

function explainReading({ distribution, given, classNames }: FlagFacts): string {
  const named = (label: number) => {
    const probability = distribution[label];
    return probability == null ? classNames[label] : `${classNames[label]} (${probability.toFixed(2)})`;
  };
  const best = bestOtherLabel(distribution, given);
  if (given === null)
    return best ? `No label is given; GReFEL reads ${named(best.label)}` : 'No label is given';
  const probability = distribution[given];
  if (probability == null) {
    const unknown = `The model has no class for the label ${classNames[given]}`;
    return best ? `${unknown}; GReFEL reads ${named(best.label)}` : unknown;
  }
  if (!best) return `GReFEL has no other class to compare with ${named(given)}`;
  if (best.probability > probability) {
    return `GReFEL reads ${named(best.label)} where the label says ${named(given)}`;
  }
  if (best.probability === probability) return `GReFEL cannot tell ${named(given)} from ${named(best.label)}`;
  return `GReFEL agrees with ${named(given)}; next is ${named(best.label)}`;
}

function explainAnchors({ anchors, anchorClassNames }: FlagFacts): string {
  const names = anchors.map((anchor) => anchorClassNames[anchor.classIndex] ?? `class ${anchor.classIndex}`);
  const [first] = names;
  if (first === undefined) return '';
  const others = names.findIndex((name) => name !== first);
  const run = others === -1 ? names.length : others;
  if (run === 1) return `; its nearest anchor is ${first}`;
  return `; its ${run} nearest anchors are ${run === 2 ? 'both' : 'all'} ${first}`;
}
