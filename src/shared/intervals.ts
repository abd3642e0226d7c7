/** An estimate with its 95 % interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
}

/** 97.5 % quantile of the standard normal distribution. */
const Z = 1.959964;

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

export function noProbabilities(): ProbabilitySums {
  return { count: 0, expected: 0, variance: 0 };
}

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

/** An item of a random sample: what was predicted, and what a person found. */
export interface Audited {
  probability: number;
  wrong: boolean;
}

/**
 * How many of `frame` are wrong, from predictions for all of them and a simple random sample that was looked at: the
 * predictions' sum, corrected by how far they were off in the sample. Unbiased whether the predictions are good or
 * not; good ones make the interval narrow. The difference estimator of survey sampling (Särndal, Swensson, Wretman
 * 1992, section 6.3), lately "prediction-powered inference" (Angelopoulos et al. 2023, Science 382, 669).
 *
 * The interval would be empty where the sample holds no error at all, so that two right and two wrong pseudo
 * observations are added (Agresti, Coull 1998, The American Statistician 52, 119), fewer the more of the frame is
 * sampled: with one probability for all, this is their interval.
 *
 * @param frame everything that the sample was drawn from
 * @returns counts in [0, frame.count]
 */
export function differenceEstimate(
  frame: Pick<ProbabilitySums, 'count' | 'expected'>,
  sample: readonly Audited[],
): Interval {
  const size = sample.length;
  if (size === 0 || frame.count === 0) return { estimate: frame.expected, low: 0, high: frame.count };
  const unsampled = Math.max(0, 1 - size / frame.count);
  const meanProbability = sample.reduce((sum, { probability }) => sum + probability, 0) / size;
  const half = 2 * unsampled;
  const residuals = [
    ...sample.map(({ probability, wrong }) => ({ weight: 1, value: Number(wrong) - probability })),
    { weight: half, value: 1 - meanProbability },
    { weight: half, value: -meanProbability },
  ];
  const weights = size + 2 * half;
  const mean = residuals.reduce((sum, { weight, value }) => sum + weight * value, 0) / weights;
  const variance =
    residuals.reduce((sum, { weight, value }) => sum + weight * (value - mean) ** 2, 0) / weights;
  const reach = frame.count * Z * Math.sqrt((variance * unsampled) / weights);
  return clamped(frame.expected + frame.count * mean, reach, frame.count);
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
