import { expectedCalibrationError, reliabilityBins } from '../../src/labelQuality/calibration.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';

export interface Measures {
  auprc: number;
  /** Precision at as many images as there are wrong labels. */
  precision: number;
  calibrationError: number;
}

/** How well wrong-label probabilities find the wrong labels. */
export function measureProbabilities(probabilities: ArrayLike<number>, wrong: readonly boolean[]): Measures {
  const values = Array.from(probabilities);
  const { averagePrecision, precisionAtPositives } = new Ranking(values, wrong).measure();
  return {
    auprc: averagePrecision ?? 0,
    precision: precisionAtPositives ?? 0,
    calibrationError: expectedCalibrationError(reliabilityBins(values, wrong)) ?? 0,
  };
}

/** The mean of each number over several draws of labels, as tables show it. */
export function meanOf<Key extends string>(
  draws: readonly Record<Key, number>[],
  digits: number,
): Record<string, number> {
  const keys = Object.keys(draws[0] ?? {}) as Key[];
  return Object.fromEntries(
    keys.map((key) => [
      key,
      Number((draws.reduce((sum, draw) => sum + draw[key], 0) / draws.length).toFixed(digits)),
    ]),
  );
}
