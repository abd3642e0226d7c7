import { type Interval, wilsonInterval, Z } from './intervals.ts';

/**
 * How many labels are truly which, as sums of the probabilities of each image's true class. [given][true], L by L.
 * Confident learning counts images instead (confidentLearning.ts); where few labels are wrong it counts many times
 * as many of them, because it takes the model's own mistakes for the labels'.
 */
export interface ExpectedJoint {
  /** Sum of p. */
  expected: number[][];
  /** Sum of p (1 - p). */
  variance: number[][];
}

/** [L][L] zeros: the joint of no images. */
export function noJoint(classes: number): ExpectedJoint {
  const zeros = () => Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  return { expected: zeros(), variance: zeros() };
}

/** @param truth [L] probability of each true class of an image that was given a label */
export function addToJoint({ expected, variance }: ExpectedJoint, given: number, truth: Float64Array): void {
  const [sums, variances] = [expected[given] as number[], variance[given] as number[]];
  for (const [c, probability] of truth.entries()) {
    sums[c] = (sums[c] as number) + probability;
    variances[c] = (variances[c] as number) + probability * (1 - probability);
  }
}

/**
 * P(given | true) with 95 % intervals, [given][true]; null in the column of a class that no image is likely
 * to be. Two uncertainties are added: which images a dataset happens to contain (Wilson's interval), and the
 * true class of each of them (the variance of a ratio of sums of independent events). How often the intervals
 * contain the truth is in bench/flags/README.md.
 */
export function noiseRates({ expected, variance }: ExpectedJoint): (Interval | null)[][] {
  const columnSum = (matrix: number[][], truth: number) =>
    matrix.reduce((sum, row) => sum + (row[truth] as number), 0);
  return expected.map((row, given) =>
    row.map((count, truth) => {
      const images = columnSum(expected, truth);
      if (images < 1) return null;
      const rate = count / images;
      const own = variance[given]?.[truth] as number;
      const others = columnSum(variance, truth) - own;
      const doubt = (Z * Math.sqrt((1 - rate) ** 2 * own + rate ** 2 * others)) / images;
      const { low, high } = wilsonInterval(count, images);
      const [middle, reach] = [(low + high) / 2, Math.hypot((high - low) / 2, doubt)];
      return {
        estimate: rate,
        low: Math.min(rate, Math.max(0, middle - reach)),
        high: Math.max(rate, Math.min(1, middle + reach)),
      };
    }),
  );
}
