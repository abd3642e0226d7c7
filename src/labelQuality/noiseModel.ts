/**
 * How a dataset's labels deviate from the true class, learned from a model's distributions without knowing
 * the truth.
 *
 * N images, L classes. Distributions are concatenated, [N*L]; a class that has no probability is 0
 * everywhere. Rates are [given][true], columns sum to 1: P(given | true).
 */
export type NoiseRates = number[][];

/** Error rate that is assumed before anything is known, spread evenly over the other classes. */
export const ASSUMED_ERROR = 0.1;

/** Uniform noise: this share of the labels is wrong, and every other label is equally likely. */
export function uniformNoise(classes: number, errorRate: number): NoiseRates {
  return Array.from({ length: classes }, (_, given) =>
    Array.from({ length: classes }, (_, truth) =>
      given === truth ? 1 - errorRate : errorRate / (classes - 1),
    ),
  );
}

/** Rates where nothing is known: every other label is as likely. */
export function assumedNoise(classes: number): NoiseRates {
  return uniformNoise(classes, classes > 1 ? ASSUMED_ERROR : 0);
}

/** What a distribution and the noise together say about a given label. */
export interface NoisyEvidence {
  /** ln of the odds against the given label: all other classes to it. */
  against: number;
  /**
   * ln of the odds of the most likely other class to the given one from the image alone, without the noise.
   */
  byImage: number;
  /** [L] probability of each true class, the label taken into account. */
  truth: Float64Array;
}

/**
 * Bayes: P(true | image, given) in proportion to P(true | image) P(given | true).
 * @param distribution [L] P(true | image)
 */
export function weighEvidence(
  distribution: ArrayLike<number>,
  given: number,
  rates: NoiseRates,
): NoisyEvidence {
  const row = rates[given] as number[];
  const joint = Float64Array.from(distribution, (share, truth) => share * (row[truth] as number));
  const total = joint.reduce((sum, share) => sum + share, 0);
  const own = Math.max(TINY, joint[given] as number);
  let likeliestOther = TINY;
  for (let truth = 0; truth < distribution.length; truth++) {
    if (truth !== given) likeliestOther = Math.max(likeliestOther, distribution[truth] as number);
  }
  return {
    against: Math.log(Math.max(TINY, total - (joint[given] as number)) / own),
    byImage: Math.log(likeliestOther / Math.max(TINY, distribution[given] as number)),
    truth: total > 0 ? joint.map((share) => share / total) : joint,
  };
}

const TINY = 1e-12;

/**
 * Share of labels that are wrong, as a first estimate: how much more often the model contradicts a label than
 * it expects to be wrong itself. Kept in [0.01, 0.9].
 * @param distributions [N*L] calibrated
 */
export function estimateErrorRate(
  distributions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number {
  let images = 0;
  let contradicted = 0;
  let doubt = 0;
  for (let i = 0; i < labels.length; i++) {
    const given = labels[i] as number;
    if (given < 0) continue;
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if ((distributions[i * classes + c] as number) > (distributions[i * classes + best] as number))
        best = c;
    }
    images++;
    if (best !== given) contradicted++;
    doubt += 1 - (distributions[i * classes + best] as number);
  }
  if (images === 0) return ASSUMED_ERROR;
  const expected = Math.min(0.99, doubt / images);
  return Math.min(0.9, Math.max(0.01, (contradicted / images - expected) / (1 - expected)));
}
