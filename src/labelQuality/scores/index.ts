import { adjustedMargin } from './adjustedMargin.ts';
import { adjustedSelfConfidence } from './adjustedSelfConfidence.ts';
import { anchorDistance } from './anchorDistance.ts';
import { labelFacts } from './labelFacts.ts';
import { likelihoodRatio } from './likelihoodRatio.ts';
import { mistakenness } from './mistakenness.ts';
import { neighbourConflict } from './neighbourConflict.ts';
import { normalisedMargin } from './normalisedMargin.ts';
import { relabelMargin } from './relabelMargin.ts';
import type { LabelDistribution, Score } from './score.ts';
import { selfConfidence } from './selfConfidence.ts';
import { weightedEntropy } from './weightedEntropy.ts';
import { wrongLabelProbability } from './wrongLabelProbability.ts';

export { bestOtherLabel, labelFacts } from './labelFacts.ts';
export type { LabelDistribution, Score } from './score.ts';

/**
 * Label-quality scores: how likely it is that the given label is wrong, each in [0, 1], higher = more likely wrong. They
 * are computed from a distribution over the dataset's classes (the corrected one, summed and renormalised over the
 * classes that the model knows), and some of them from the dataset around the image. The window, the command line,
 * the project file and the benchmark derive theirs from this list: a new score is a file and a line here.
 */
const SCORES = [
  wrongLabelProbability,
  likelihoodRatio,
  selfConfidence,
  normalisedMargin,
  weightedEntropy,
  adjustedSelfConfidence,
  adjustedMargin,
  mistakenness,
  relabelMargin,
  anchorDistance,
  neighbourConflict,
] as const;
export type ScoreId = (typeof SCORES)[number]['id'];
export const SCORE_IDS = SCORES.map(({ id }) => id) as [ScoreId, ...ScoreId[]];
type ScoreFrom<Source extends Score['from']> = Extract<(typeof SCORES)[number], { from: Source }>;
type KnownId = Exclude<(typeof SCORES)[number], { from: 'distribution' }>['id'];
type ScoresById = { [One in (typeof SCORES)[number] as One['id']]: One };
export const scores = Object.fromEntries(SCORES.map((score) => [score.id, score])) as ScoresById;

/** An image's scores; each null where it cannot be computed: no given label, or one unknown to the model. */
export type Scores = Record<ScoreId, number | null>;

export const DEFAULT_SCORE: ScoreId = 'wrong-label';

/** What is known of a sample besides its distribution; NaN, null and omitted mean unknown. */
export type KnownScores = { [Id in KnownId]?: number | null | undefined };

export type AdjustedScoreId = ScoreFrom<'adjusted distribution'>['id'];

/** The scores that are computed from one thing. */
export function scoresFrom<Source extends Score['from']>(source: Source): ScoreFrom<Source>[] {
  return SCORES.filter((score): score is ScoreFrom<Source> => score.from === source);
}

/**
 * All scores of a sample's given label.
 * @param known the scores that the distribution does not give
 */
export function scoreSample(
  distribution: LabelDistribution,
  given: number | null,
  known: KnownScores = {},
): Scores {
  const facts = labelFacts(distribution, given);
  return scoresBy((id) => {
    const score: Score = scores[id];
    if (score.from === 'distribution') return facts === null ? null : clampToUnit(score.score(facts));
    const value = known[id as KnownId] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  });
}

/** The value of each score; null where it has none. */
export function scoresBy(value: (id: ScoreId) => number | null): Scores {
  return Object.fromEntries(SCORE_IDS.map((id) => [id, value(id)])) as Scores;
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
