import { boundedLogit, logistic } from './logit.ts';
import type { RankedLabels } from './rankLabels.ts';

/**
 * Combines two scorings of the same labels; values that cannot be averaged come from the one with the greater
 * weight.
 * @param labels [N] given class, or -1
 * @param share weight of the second, between 0 and 1
 */
export function blendRanked(
  first: RankedLabels,
  second: RankedLabels,
  labels: ArrayLike<number>,
  share: number,
): RankedLabels {
  const nearer = share < 0.5 ? first : second;
  const wrong = first.wrong.map((own, image) => {
    const other = second.wrong[image] as number;
    if (Number.isNaN(own) || Number.isNaN(other)) return nearer.wrong[image] as number;
    return logistic((1 - share) * boundedLogit(own, LEAST) + share * boundedLogit(other, LEAST));
  });
  const suggested = nearer.suggested.map((own, image) => {
    if (Number.isNaN(wrong[image])) return own;
    return ((wrong[image] as number) >= 0.5 ? nearer.alternative[image] : labels[image]) as number;
  });
  const mix = (own: number[][], other: number[][]) =>
    own.map((row, given) =>
      row.map((value, truth) => (1 - share) * value + share * (other[given]?.[truth] as number)),
    );
  return {
    ...nearer,
    wrong,
    suggested,
    errorRate: (1 - share) * first.errorRate + share * second.errorRate,
    joint: {
      expected: mix(first.joint.expected, second.joint.expected),
      variance: mix(first.joint.variance, second.joint.variance),
    },
  };
}

const LEAST = 1e-9;
