import { likeliestOther } from './labelProbabilities.ts';
import { meanOf } from './meanOf.ts';
import type { RankedLabels } from './rankLabels.ts';

/** Scores of the same labels under one explanation of them. */
interface Scoring {
  ranked: RankedLabels;
  /** Probability of the explanation; those of all add up to 1. */
  share: number;
}

/**
 * Scores labels by several explanations, the most probable first: the mean of the probabilities that each
 * gives, as in Bayesian model averaging.
 * @param labels [N] given class, or -1
 */
export function averageRanked(scorings: readonly Scoring[], labels: ArrayLike<number>): RankedLabels {
  const { ranked: first } = scorings[0] as Scoring;
  if (scorings.length === 1) return first;
  const mean = (of: (ranked: RankedLabels) => Float32Array) =>
    of(first).map((_, at) => meanOf(scorings, ({ ranked }) => of(ranked)[at] as number));
  const meanMatrix = (of: (ranked: RankedLabels) => number[][]) =>
    of(first).map((row, given) =>
      row.map((_, truth) => meanOf(scorings, ({ ranked }) => of(ranked)[given]?.[truth] as number)),
    );
  const averaged: RankedLabels = {
    wrong: mean(({ wrong }) => wrong),
    suggested: first.suggested.slice(),
    alternative: first.alternative.slice(),
    alternativeProbability: first.alternativeProbability.slice(),
    truth: mean(({ truth }) => truth),
    rates: meanMatrix(({ rates }) => rates),
    errorRate: meanOf(scorings, ({ ranked }) => ranked.errorRate),
    joint: {
      expected: meanMatrix(({ joint }) => joint.expected),
      variance: meanMatrix(({ joint }) => joint.variance),
    },
  };
  const classes = averaged.rates.length;
  for (const [image, alternative] of averaged.alternative.entries()) {
    if (alternative < 0) continue;
    const given = labels[image] as number;
    const row = averaged.truth.subarray(image * classes, (image + 1) * classes);
    const likeliest = likeliestOther(row, given) as number;
    averaged.alternative[image] = likeliest;
    averaged.alternativeProbability[image] = row[likeliest] as number;
    averaged.suggested[image] = (averaged.wrong[image] as number) >= 0.5 ? likeliest : given;
  }
  return averaged;
}
