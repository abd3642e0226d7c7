/**
 * What a data set's labels do to a true class, learnt from a model's distributions without knowing the truth.
 *
 * N images, L classes. Distributions lie one after the other, [N*L]; a class that nothing has a probability for
 * is 0 everywhere. Rates are [given][true], columns sum to 1: P(given | true).
 */
export type NoiseRates = number[][];

/** Least probability that a class with any keeps, so that no label is impossible. */
const FLOOR = 1e-4;
/** Error rate that is assumed before anything is known, spread evenly over the other classes. */
export const ASSUMED_ERROR = 0.1;
/** Images of each class by which the assumption counts, and the share of it that data never overrule. */
const ASSUMED_IMAGES = 20;
const DAMPING = 0.6;
const ITERATIONS = 30;
/** Images that the rates are learnt from at most, evenly spread over the data set. */
const MOST_IMAGES = 40_000;

/**
 * A distribution made as sure as the model is right: p^exponent, renormalised. Models that were trained with
 * soft labels are less sure than they are right (exponent above 1). [L] -> [L]
 */
export function calibrate(distribution: ArrayLike<number>, exponent: number): Float64Array {
  const raised = Float64Array.from(distribution, (share) => (share > 0 ? (share + FLOOR) ** exponent : 0));
  const total = raised.reduce((sum, share) => sum + share, 0);
  return total > 0 ? raised.map((share) => share / total) : raised.fill(1 / raised.length);
}

/** Rates where nothing is known: every other label is as likely. */
export function assumedNoise(classes: number): NoiseRates {
  return matrix(classes, (given, truth) =>
    given === truth ? 1 - (classes > 1 ? ASSUMED_ERROR : 0) : ASSUMED_ERROR / (classes - 1),
  );
}

/**
 * Rates by expectation maximisation, damped towards the assumption: undamped, it explains every surprise by
 * the model's own doubt or by the noise, and ends at no noise or too much.
 * @param distributions [N*L] calibrated
 * @param labels [N] given class, or -1 for none
 */
export function learnNoise(
  distributions: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): NoiseRates {
  const assumed = assumedNoise(classes);
  const step = Math.max(1, Math.ceil(labels.length / MOST_IMAGES));
  let rates = assumed;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const counts = matrix(classes, (given, truth) => ASSUMED_IMAGES * cell(assumed, given, truth));
    for (let i = 0; i < labels.length; i += step) {
      const given = labels[i] as number;
      if (given < 0) continue;
      const row = rates[given] as number[];
      let total = 0;
      for (let c = 0; c < classes; c++)
        total += (distributions[i * classes + c] as number) * (row[c] as number);
      if (!(total > 0)) continue;
      const counted = counts[given] as number[];
      for (let c = 0; c < classes; c++) {
        const joint = (distributions[i * classes + c] as number) * (row[c] as number);
        counted[c] = (counted[c] as number) + joint / total;
      }
    }
    const totals = counts.map((_, truth) => counts.reduce((sum, row) => sum + (row[truth] as number), 0));
    rates = matrix(
      classes,
      (given, truth) =>
        (1 - DAMPING) * (cell(counts, given, truth) / (totals[truth] as number)) +
        DAMPING * cell(assumed, given, truth),
    );
  }
  return rates;
}

/** What a distribution and the noise say of a given label together. */
export interface NoisyEvidence {
  /** ln of the odds against the given label: all other classes to it. */
  against: number;
  /** ln of the odds of the strongest other class to the given label. */
  rival: number;
  /** [L] probability of each true class, the label taken into account. */
  truth: Float64Array;
}

/** Bayes: P(true | image, given) in proportion to P(true | image) P(given | true). */
export function weighEvidence(
  distribution: ArrayLike<number>,
  given: number,
  rates: NoiseRates,
): NoisyEvidence {
  const row = rates[given] as number[];
  const joint = Float64Array.from(distribution, (share, truth) => share * (row[truth] as number));
  const total = joint.reduce((sum, share) => sum + share, 0);
  const own = Math.max(TINY, joint[given] as number);
  let strongest = TINY;
  for (const [truth, share] of joint.entries()) if (truth !== given) strongest = Math.max(strongest, share);
  return {
    against: Math.log(Math.max(TINY, total - (joint[given] as number)) / own),
    rival: Math.log(strongest / own),
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

function matrix(size: number, value: (given: number, truth: number) => number): number[][] {
  return Array.from({ length: size }, (_, given) =>
    Array.from({ length: size }, (_, truth) => value(given, truth)),
  );
}

function cell(rates: NoiseRates, given: number, truth: number): number {
  return (rates[given] as number[])[truth] as number;
}
