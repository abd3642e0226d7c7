/** An estimate with its 95 % interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

/** 97.5 % quantile of the standard normal distribution. */
export const Z = 1.959963984540054;

/**
 * Share of successes with Wilson's score interval, which keeps its promise for few trials and for shares near 0
 * and 1: E. B. Wilson 1927, JASA 22, 209; recommended by Brown, Cai, DasGupta 2001, Statistical Science 16, 101.
 * @returns shares in [0, 1]; the whole range where nothing was tried
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return { estimate: 0, low: 0, high: 1 };
  const share = successes / trials;
  const denominator = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / denominator;
  const reach =
    (Z / denominator) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials * trials));
  return { estimate: share, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}

/** Sums over independent events: how many are expected, and the variance of how many happen. */
export interface ProbabilitySums {
  count: number;
  /** Sum of p. */
  expected: number;
  /** Sum of p (1 - p). */
  variance: number;
}

/** The sums of no images. */
export function noProbabilities(): ProbabilitySums {
  return { count: 0, expected: 0, variance: 0 };
}

/** @param probability that the label of one more image is wrong, in [0, 1] */
export function addProbability(sums: ProbabilitySums, probability: number): void {
  sums.count++;
  sums.expected += probability;
  sums.variance += probability * (1 - probability);
}

/**
 * How many of `count` independent events happen, each with its own probability (Poisson binomial, by its normal
 * approximation). True only as far as the probabilities are.
 */
export function expectedCount({ count, expected, variance }: ProbabilitySums): Interval {
  return clamped(expected, Z * Math.sqrt(variance), count);
}

/** An item of a random sample: the prediction, and what a person found. */
export interface Audited {
  probability: number;
  wrong: boolean;
}

/** Images that a simple random sample was drawn from, and what was found in them. */
export interface CountedFrame {
  /** Of everything that the sample was drawn from. */
  all: ProbabilitySums;
  /** A simple random sample of it that was reviewed. */
  sample: Audited[];
  /** Wrong ones of `all` that are known by now, in the sample or not. */
  found: number;
}

/**
 * How many are wrong besides those that were found, from predictions for all and reviewed simple random
 * samples: the predictions' sum, corrected by their error in a sample, less what was found. Unbiased whether
 * the predictions are good or not; good ones make the interval narrow. The difference estimator of survey
 * sampling (Särndal, Swensson, Wretman 1992, section 6.3), recently "prediction-powered inference"
 * (Angelopoulos et al. 2023, Science 382, 669). Several samples are weighted by their sizes, because weights
 * that depend on what was found would bias the estimate.
 *
 * The interval would be empty if the samples contain no error at all, so two right and two wrong pseudo
 * observations are added (Agresti, Coull 1998, The American Statistician 52, 119), fewer the more of a frame
 * is sampled: with one probability for all, this is their interval.
 *
 * @param most upper bound: the estimate is clipped to [0, most], which is all that can make it biased
 */
export function estimateWrong(frames: readonly CountedFrame[], most: number): Interval {
  const sampled = frames.reduce((sum, { sample }) => sum + sample.length, 0);
  if (sampled === 0) return { estimate: most, low: 0, high: most };
  let [estimate, centre, variance] = [0, 0, 0];
  for (const { all, sample, found } of frames) {
    const share = sample.length / sampled;
    if (share === 0) continue;
    const off = offsetOf(all.count, sample, share);
    estimate += share * (all.expected + all.count * off.mean - found);
    centre += share * (all.expected + all.count * off.centre - found);
    variance += (share * all.count) ** 2 * off.variance;
  }
  const reach = Z * Math.sqrt(variance);
  const { low, high } = clamped(centre, reach, most);
  const held = Math.min(most, Math.max(0, estimate));
  return { estimate: held, low: Math.min(low, held), high: Math.max(high, held) };
}

/**
 * How much more likely wrong an image is than predicted, on average.
 * @param share of the pseudo observations given to this sample
 * @returns the sample's mean, the centre of its interval, and its variance
 */
function offsetOf(count: number, sample: readonly Audited[], share: number) {
  const size = sample.length;
  const unsampled = Math.max(0, 1 - size / count);
  const meanProbability = sample.reduce((sum, { probability }) => sum + probability, 0) / size;
  const residuals = sample.map(({ probability, wrong }) => Number(wrong) - probability);
  const mean = residuals.reduce((sum, value) => sum + value, 0) / size;
  const half = 2 * unsampled * share;
  const weights = size + 2 * half;
  const pseudo = [1 - meanProbability, -meanProbability];
  const centre = (size * mean + half * (1 - 2 * meanProbability)) / weights;
  const squares =
    residuals.reduce((sum, value) => sum + (value - centre) ** 2, 0) +
    half * pseudo.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean, centre, variance: ((squares / weights) * unsampled) / weights };
}

/** An interval of counts moved by `offset` and divided by `by`. */
export function rescale({ estimate, low, high }: Interval, offset: number, by: number): Interval {
  const scale = (value: number) => (value + offset) / by;
  return { estimate: scale(estimate), low: scale(low), high: scale(high) };
}

function clamped(estimate: number, reach: number, most: number): Interval {
  const within = (value: number) => Math.min(most, Math.max(0, value));
  return { estimate: within(estimate), low: within(estimate - reach), high: within(estimate + reach) };
}
