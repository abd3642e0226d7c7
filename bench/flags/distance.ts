import { embeddingDistanceOf, inverseTemperatureAt } from '../../src/labelQuality/embeddingDistance.ts';
import { temperRows } from '../../src/labelQuality/temperatureScaling.ts';
import type { WrongLabelWeights } from '../../src/labelQuality/wrongLabel.ts';
import { type Exponents, minimise } from './exponents.ts';
import { calibratedRows, type FerPredictions, type Problem } from './problems.ts';

/**
 * How much less to trust the model on images that are far from its anchors (src/labelQuality/embeddingDistance.ts): the
 * slope with the highest likelihood of the true labels of changed images, each set with the same weight.
 * @param usual the images that the exponents were learned from
 */
export function learnDistance(
  { model }: FerPredictions,
  exponents: Exponents,
  usual: Problem,
  changed: readonly Problem[],
): WrongLabelWeights['exponents']['distance'] {
  const logs = distancesOf(usual).map(Math.log);
  const usualDistance = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  const calibrated = changed.map((problem) => ({
    problem,
    distributions: calibratedRows(problem, model, { exponents }).flatMap((row) => [...row]),
  }));
  const lossAt = (slope: number) => {
    const distance = { usual: usualDistance, slope };
    return calibrated.reduce((sum, { problem, distributions }) => {
      const inverseTemperature = inverseTemperatureOf(problem, { distance });
      return sum + lossOf(problem, temperRows(distributions, problem.classNames.length, inverseTemperature));
    }, 0);
  };
  return { usual: usualDistance, slope: minimise(0, 3, lossAt).at };
}

/** How confident the model may be about a problem's images. */
export function inverseTemperatureOf(
  problem: Problem,
  exponents?: Pick<WrongLabelWeights['exponents'], 'distance'>,
): number {
  const weights = exponents && { exponents };
  return inverseTemperatureAt(embeddingDistanceOf(distancesOf(problem), weights), weights);
}

function distancesOf({ predictions }: Problem): number[] {
  return predictions.map(({ anchorDistance }) => Math.min(...anchorDistance));
}

/** Minus the mean log likelihood of the true labels. */
function lossOf({ truths, classNames }: Problem, distributions: Float32Array): number {
  const classes = classNames.length;
  const shares = truths.flatMap((truth, image) =>
    truth < 0 ? [] : [distributions[image * classes + truth] as number],
  );
  return shares.reduce((sum, share) => sum - Math.log(share), 0) / shares.length;
}
