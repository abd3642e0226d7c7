import { evenly } from './evenly.ts';
import { ASSUMED_ERROR, assumedNoise, type NoiseRates, uniformNoise } from './noiseModel.ts';

/** A dataset as the input of noise estimation; see noiseModel.ts for N, L and distributions. */
export interface NoisyLabels {
  /** [N*L] calibrated */
  distributions: ArrayLike<number>;
  /** [N] given class, or -1 for none */
  labels: ArrayLike<number>;
  classes: number;
  /** Labels that only repeat a model's predictions, right or wrong; left out where none do. */
  repeated?: RepeatedLabels;
}

/** How often labels are those that a model would give, whatever is true: automatic labels, and people who look at them. */
export interface RepeatedLabels {
  share: number;
  /** [N] the model's probability of the given label */
  probability: ArrayLike<number>;
}

/** Images of each class by which the assumption counts. */
const ASSUMED_IMAGES = 40;
const ITERATIONS = 30;
/** Enough to compare two kinds of noise by. */
const ITERATIONS_OF_A_FOLD = 12;
/** Most images that the rates are learned from, evenly spread over the dataset. */
const MOST_IMAGES = 40_000;
const FOLDS = 5;
/** Shares of uniform noise in the rates that are compared; the smallest is always kept. */
const UNIFORM_SHARES = Array.from({ length: 11 }, (_, step) => step / 10);
const LEAST_UNIFORM = 0.2;
/**
 * The less a model can be trusted on the images, the more the learned rates reflect its own regular mistakes.
 */
const TRUST_EXPONENT = 3;

/**
 * Noise rates by expectation maximisation, shrunk towards uniform noise. How far is learned too: rates that
 * only reflect the model's uncertainty or chance do not predict held-out labels better than uniform noise,
 * and then uniform noise is used, under which the order is that of self-confidence. If a class is regularly
 * confused with another, they do, and are trusted for the most part. Trusted fully, they would take the
 * model's systematic mistakes for label errors.
 * @param inverseTemperature of the distributions, as in calibratedPrediction.ts: in (0, 1]
 */
export function learnNoise(data: NoisyLabels, inverseTemperature = 1): NoiseRates {
  const assumed = assumedNoise(data.classes);
  const images = imagesOf(data);
  const trusted = (1 - LEAST_UNIFORM) * inverseTemperature ** TRUST_EXPONENT;
  const uniform = 1 - trusted * (1 - uniformShare(data, images));
  return mix(maximise(data, images, ITERATIONS), assumed, uniform);
}

/**
 * Noise rates for distributions that were fitted to this dataset, out of fold, and so make no regular
 * mistakes of their own: uniform noise at the most likely rate, plus what is learned beyond it as far as it
 * predicts labels. Columns sum to 1.
 */
export function learnOwnNoise(data: NoisyLabels): NoiseRates {
  const images = imagesOf(data);
  const uniform = 1 - (1 - LEAST_UNIFORM) * (1 - uniformShare(data, images));
  return mix(
    maximise(data, images, ITERATIONS),
    uniformNoise(data.classes, uniformRate(data, images)),
    uniform,
  );
}

/** 0 if held-out labels are predicted best by the learned rates, 1 by uniform noise. */
function uniformShare(data: NoisyLabels, images: Int32Array): number {
  const gains = UNIFORM_SHARES.map(() => new Float64Array(images.length));
  let place = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = images.filter((_, index) => index % FOLDS !== fold);
    const uniform = uniformNoise(data.classes, uniformRate(data, seen));
    const learned = maximise(data, seen, ITERATIONS_OF_A_FOLD);
    for (const image of images.filter((_, index) => index % FOLDS === fold)) {
      const [byLearned, byUniform] = [likelihood(data, image, learned), likelihood(data, image, uniform)];
      for (const [index, part] of UNIFORM_SHARES.entries()) {
        (gains[index] as Float64Array)[place] = Math.log((1 - part) * byLearned + part * byUniform);
      }
      place++;
    }
  }
  const sums = gains.map((list) => list.reduce((sum, gain) => sum + gain, 0));
  const best = gains[sums.indexOf(Math.max(...sums))] as Float64Array;
  // The most uniform noise that is not worse by more than one standard error.
  return UNIFORM_SHARES.findLast((_, index) => !isWorse(gains[index] as Float64Array, best)) ?? 1;
}

/** By more than one standard error of the mean difference. */
function isWorse(gains: Float64Array, best: Float64Array): boolean {
  let [sum, squares] = [0, 0];
  for (const [index, gain] of gains.entries()) {
    const difference = (best[index] as number) - gain;
    sum += difference;
    squares += difference * difference;
  }
  return sum > Math.sqrt(Math.max(0, squares - (sum * sum) / gains.length));
}

/**
 * The share of wrong labels under which the given ones are most likely, assuming uniform noise.
 * @param images [n] indices of those that count, all with a label
 */
export function uniformRate(data: NoisyLabels, images: Int32Array): number {
  const { distributions, labels, classes } = data;
  let rate = classes > 1 ? ASSUMED_ERROR : 0;
  for (let iteration = 0; iteration < ITERATIONS_OF_A_FOLD && rate > 0; iteration++) {
    let wrong = 0;
    for (const image of images) {
      const own = distributions[image * classes + (labels[image] as number)] as number;
      const [right, other] = [own * (1 - rate), ((1 - own) * rate) / (classes - 1)];
      const repeated = oddsOfRepeating(data, image);
      // Of a label that only repeats, neither says anything.
      wrong += right + other > 0 ? (other + repeated * rate) / (right + other + repeated) : rate;
    }
    rate = Math.min(0.9, Math.max(0.005, images.length > 0 ? wrong / images.length : rate));
  }
  return rate;
}

/** Rates by expectation maximisation, over these images. */
function maximise(data: NoisyLabels, images: Int32Array, iterations: number): NoiseRates {
  const { distributions, labels, classes } = data;
  const assumed = assumedNoise(classes);
  let rates = assumed;
  for (let iteration = 0; iteration < iterations; iteration++) {
    const counts = assumed.map((row) => row.map((rate) => ASSUMED_IMAGES * rate));
    for (const image of images) {
      const total = likelihood(data, image, rates) / (1 - (data.repeated?.share ?? 0));
      const [row, counted] = [rates[labels[image] as number], counts[labels[image] as number]];
      if (!(total > LEAST_LIKELIHOOD) || row === undefined || counted === undefined) continue;
      for (let c = 0; c < classes; c++) {
        const joint = (distributions[image * classes + c] as number) * (row[c] as number);
        counted[c] = (counted[c] as number) + joint / total;
      }
    }
    const totals = counts.map((_, truth) => counts.reduce((sum, row) => sum + (row[truth] as number), 0));
    rates = counts.map((row) => row.map((count, truth) => count / (totals[truth] as number)));
  }
  return rates;
}

const LEAST_LIKELIHOOD = 1e-12;

/** Odds of repeating, times the probability of the label that is repeated. */
function oddsOfRepeating({ repeated }: NoisyLabels, image: number): number {
  if (repeated === undefined) return 0;
  return (repeated.share / (1 - repeated.share)) * (repeated.probability[image] as number);
}

/** P(given | image) */
export function likelihood(data: NoisyLabels, image: number, rates: NoiseRates): number {
  const { distributions, labels, classes, repeated } = data;
  const row = rates[labels[image] as number] as number[];
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    sum += (distributions[image * classes + c] as number) * (row[c] as number);
  }
  const all =
    repeated === undefined
      ? sum
      : (1 - repeated.share) * sum + repeated.share * (repeated.probability[image] as number);
  return Math.max(LEAST_LIKELIHOOD, all);
}

function mix(learned: NoiseRates, uniform: NoiseRates, part: number): NoiseRates {
  return learned.map((row, given) =>
    row.map((rate, truth) => (1 - part) * rate + part * ((uniform[given] as number[])[truth] as number)),
  );
}

/** [n] images with a label, at most MOST_IMAGES, at even steps. */
export function imagesOf({ labels }: Pick<NoisyLabels, 'labels'>): Int32Array {
  const labelled = Int32Array.from({ length: labels.length }, (_, image) => image).filter(
    (image) => (labels[image] as number) >= 0,
  );
  return evenly(labelled, MOST_IMAGES);
}
