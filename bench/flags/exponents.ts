import { calibratePrediction } from '../../src/labelQuality/calibratedPrediction.ts';
import type { WrongLabelWeights } from '../../src/labelQuality/wrongLabel.ts';
import { type FerPredictions, overClasses, type Problem } from './problems.ts';

/** Those of a model. */
export type Exponents = Omit<WrongLabelWeights['exponents'], 'tuned' | 'distance'>;

const TOLERANCE = 0.005;

/** The exponents of calibratedPrediction.ts with the highest likelihood of the true labels. */
export function learnExponents({ model }: FerPredictions, problem: Problem): Exponents {
  const learntFrom = `${model.name} ${model.version}`;
  const over = overClasses(problem.classNames, model);
  const lossOf = (exponents: Exponents, attention: boolean) => {
    let sum = 0;
    for (const [index, { corrected, attentive }] of problem.predictions.entries()) {
      const truth = problem.truths[index] as number;
      if (truth < 0) continue;
      const prediction = { corrected, attentive: attention ? attentive : null };
      sum -= Math.log(over(calibratePrediction(prediction, model, { exponents }))[truth] as number);
    }
    return sum;
  };
  const alone = minimise(0.3, 5, (candidate) =>
    lossOf({ learntFrom, corrected: 0, attentive: 0, alone: candidate }, false),
  ).at;
  const together = (share: number, size: number): Exponents => ({
    learntFrom,
    corrected: (1 - share) * size,
    attentive: share * size,
    alone,
  });
  const bestSize = (share: number) => minimise(0.3, 5, (size) => lossOf(together(share, size), true));
  const share = minimise(0, 1, (candidate) => bestSize(candidate).loss).at;
  return together(share, bestSize(share).at);
}

/** The minimum of a function with one valley, by golden-section search. */
export function minimise(
  low: number,
  high: number,
  lossAt: (at: number) => number,
  tolerance = TOLERANCE,
): { at: number; loss: number } {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  let [lossLeft, lossRight] = [lossAt(left), lossAt(right)];
  while (high - low > tolerance) {
    if (lossLeft < lossRight) {
      [high, right, lossRight] = [right, left, lossLeft];
      left = high - ratio * (high - low);
      lossLeft = lossAt(left);
    } else {
      [low, left, lossLeft] = [left, right, lossRight];
      right = low + ratio * (high - low);
      lossRight = lossAt(right);
    }
  }
  const at = (low + high) / 2;
  return { at, loss: lossAt(at) };
}
