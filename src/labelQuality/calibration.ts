/** Images whose probability falls in one bin. */
export interface ReliabilityBin {
  /** Mean probability of the bin's images. */
  predicted: number;
  /** Share of them that is true. */
  observed: number;
  count: number;
}

/**
 * A reliability diagram: bins of equal width over 0 to 1, without empty ones.
 * @param probabilities [N] in [0, 1]
 * @param truth [N] whether what each is the probability of is so
 */
export function reliabilityBins(
  probabilities: ArrayLike<number>,
  truth: ArrayLike<boolean>,
  bins = 10,
): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ probability: 0, truths: 0, count: 0 }));
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i] as number;
    const bin = sums[Math.min(bins - 1, Math.floor(probability * bins))];
    if (bin === undefined) continue;
    bin.probability += probability;
    bin.truths += truth[i] ? 1 : 0;
    bin.count++;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ probability, truths, count }) => ({
      predicted: probability / count,
      observed: truths / count,
      count,
    }));
}

/**
 * Expected calibration error: mean distance between a bin's prediction and its observed rate, weighted by
 * images (Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015).
 * @returns in [0, 1]; null without images
 */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number | null {
  const images = bins.reduce((sum, { count }) => sum + count, 0);
  if (images === 0) return null;
  return bins.reduce(
    (sum, { predicted, observed, count }) => sum + (Math.abs(predicted - observed) * count) / images,
    0,
  );
}
