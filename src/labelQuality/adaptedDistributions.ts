import { evenly } from './evenly.ts';
import {
  imagesOf,
  learnOwnNoise,
  likelihood,
  type NoisyLabels,
  type RepeatedLabels,
  uniformRate,
} from './learnNoise.ts';
import { logistic } from './logit.ts';
import { type NoiseRates, uniformNoise } from './noiseModel.ts';
import { softmaxInPlace } from './softmax.ts';

/**
 * The probability of each class of a dataset whose images are outside the model's own domain: a
 * log-linear pool of the calibrated base model and the model tuned to the dataset, both out of fold, with the weights under which
 * the labels and the noise in them are most likely. Two weights rather than one share, because they also calibrate
 * the product. The noise is assumed uniform at first and then learned, alternating with the weights: under
 * class-conditional noise, assuming uniform noise would make the product look less reliable than it is. N
 * images, L classes.
 *
 * Labels may also repeat the base model's predictions, right or wrong: labels from a program, from people who
 * were shown a model's predictions, and of hard images on which people and models make the same mistakes. A
 * product cannot distinguish such labels from ones that confirm the model. A share of labels that come from
 * it whatever is true can, and is learned together with the weights. Both explanations of the labels count, as
 * far as the labels and people's decisions make each of them probable.
 */
export interface AdaptedInputs {
  /** [N*L] log probabilities of the calibrated base model; null if it knows none of the classes */
  base: Float32Array | null;
  /** [N*L] log probabilities of the tuned model; null without one */
  tuned: Float32Array | null;
  /** [N] given class, or -1 */
  labels: ArrayLike<number>;
  /** [N] class that a person has decided on; negative where nobody has. */
  decided: ArrayLike<number>;
  classes: number;
  /** [L] classes that either of them knows; the others have no probability. */
  known: readonly boolean[];
}

/** One explanation of the labels. */
export interface AdaptedDistributions {
  /** Its probability; those of all explanations add up to 1. */
  share: number;
  /** [N*L] */
  distributions: Float32Array;
  /** Noise transition matrix [given][true]. */
  rates: NoiseRates;
  /** Weights of the two, and the share of labels that only repeat the base model's predictions. */
  weights: PoolWeights;
  repeated: RepeatedLabels;
}

/** Exponents of the two models in the pool, and the share of labels that only repeat the base model's predictions. */
export interface PoolWeights {
  base: number;
  tuned: number;
  repeated: number;
}

const MOST_IMAGES = 20_000;
const MOST = { base: 3, tuned: 3, repeated: 0.6 } as const;
/** First steps of the search. */
const FIRST_STEP = { base: 0.25, tuned: 0.25, repeated: 0.0625 } as const;
/**
 * Pull of each weight towards a half, in log likelihood of the whole dataset by the squared distance: a few
 * images say little.
 */
const PULL = 0.5;

/** Turns of weights and noise. */
const TURNS = 3;
/**
 * Log likelihood by which labels that repeat the base model have to be more likely, to be as probable as labels that confirm it; and the
 * further one that raises their odds e times. The labels alone cannot tell well whether the base model was repeated, or is right where the
 * tuned model errs, as one tuned to few images often does (bench/flags/README.md).
 */
const AS_PROBABLE = 6;
const PER_E_FOLD = 2;
/** An explanation that is less probable is left out. */
const NEGLIGIBLE = 0.01;

interface Learned {
  weights: PoolWeights;
  rates: NoiseRates;
  value: number;
}

const HALF_EACH: PoolWeights = { base: 0.5, tuned: 0.5, repeated: 0 };
/**
 * Starting point of the search for labels that repeat the base model: the likelihood has another maximum
 * there than for labels that confirm it.
 */
const REPEATED: PoolWeights = { base: 0, tuned: 1, repeated: 0.25 };

/** @returns one or two explanations of the labels, each with [N*L] distributions; the most probable first, and their shares sum to 1 */
export function adaptDistributions(inputs: AdaptedInputs): AdaptedDistributions[] {
  const { base, tuned, labels, classes, known } = inputs;
  const either = (base ?? tuned) as Float32Array;
  const images = evenly(
    imagesOf({ labels }).filter((image) => known[labels[image] as number]),
    MOST_IMAGES,
  );
  const sample = sampleOf(inputs, either, images);
  // The decided rows are certain, whatever the weights: the noise is counted in them, not estimated.
  const rowsAt = (weights: PoolWeights) =>
    markDecided(
      pooledRows(sample.base, sample.tuned, images.length, known, weights),
      sample.decided,
      classes,
    );
  const one = base === null || tuned === null;
  const ofLabels = probabilityOfLabels(sample.base, sample.labels, classes);
  const dataAt = (distributions: Float32Array, { repeated }: PoolWeights): NoisyLabels => ({
    distributions,
    labels: sample.labels,
    classes,
    repeated: { share: repeated, probability: ofLabels },
  });
  /** Weights and noise in turns, from a first guess of the weights. */
  const learn = (start: PoolWeights, repeats: boolean): Learned => {
    let weights = start;
    let rates: NoiseRates | null = null;
    let value = Number.NEGATIVE_INFINITY;
    for (let turn = 0; turn < TURNS; turn++) {
      const noise = rates;
      ({ at: weights, value } = maximiseOver(
        weights,
        (tried) => {
          const data = dataAt(pooledRows(sample.base, sample.tuned, images.length, known, tried), tried);
          return (
            logLikelihood(data, noise ?? uniformNoiseOf(data), sample.decided) -
            (one ? 0 : PULL * distanceFromHalf(tried))
          );
        },
        { base: base !== null, tuned: tuned !== null, repeated: repeats },
      ));
      rates = learnOwnNoise(dataAt(rowsAt(weights), weights));
    }
    return { weights, rates: rates as NoiseRates, value };
  };
  const alone = { base: base === null ? 0 : 1, tuned: base === null ? 1 : 0, repeated: 0 };
  const confirmed = learn(one ? alone : HALF_EACH, false);
  const explanations = one
    ? [{ ...confirmed, share: 1 }]
    : weighExplanations(confirmed, learn(REPEATED, true));
  const probability = one
    ? new Float32Array(labels.length)
    : probabilityOfLabels(base as Float32Array, labels, classes);
  return explanations.map(({ weights, rates, share }) => ({
    share,
    distributions: pooledRows(base ?? either, tuned ?? either, labels.length, known, weights),
    rates,
    weights,
    repeated: { share: weights.repeated, probability },
  }));
}

/** The most probable first; one that hardly is comes to nothing. */
function weighExplanations(confirmed: Learned, repeated: Learned): (Learned & { share: number })[] {
  const odds = (repeated.value - confirmed.value - AS_PROBABLE) / PER_E_FOLD;
  const share = logistic(odds);
  if (share < NEGLIGIBLE) return [{ ...confirmed, share: 1 }];
  if (share > 1 - NEGLIGIBLE) return [{ ...repeated, share: 1 }];
  const both = [
    { ...confirmed, share: 1 - share },
    { ...repeated, share },
  ];
  return share > 0.5 ? both.reverse() : both;
}

/** [N] by rows of log probabilities; 0 for an image without a label. */
function probabilityOfLabels(logs: Float32Array, labels: ArrayLike<number>, classes: number): Float32Array {
  const probability = new Float32Array(labels.length);
  for (let image = 0; image < labels.length; image++) {
    const label = labels[image] as number;
    if (label < 0) continue;
    const row = logs.slice(image * classes, (image + 1) * classes);
    softmaxInPlace(row, 0, classes);
    probability[image] = row[label] as number;
  }
  return probability;
}

function sampleOf(
  { base, tuned, labels, decided, classes }: AdaptedInputs,
  first: Float32Array,
  images: Int32Array,
) {
  return {
    base: takeRows(base ?? first, images, classes),
    tuned: takeRows(tuned ?? first, images, classes),
    labels: Int16Array.from(images, (image) => labels[image] as number),
    decided: Int16Array.from(images, (image) => decided[image] as number),
  };
}

function uniformNoiseOf(data: NoisyLabels): NoiseRates {
  const places = Int32Array.from({ length: data.labels.length }, (_, place) => place);
  return uniformNoise(data.classes, data.classes > 1 ? uniformRate(data, places) : 0);
}

/**
 * Of the labels, and of what people have decided beside them. A decision gives the true class, so it supports every model that predicts it,
 * and shows whether labels repeat a model or confirm it. Valid for any choice of images that depends on image and label alone.
 */
function logLikelihood(data: NoisyLabels, rates: NoiseRates, decided: Int16Array): number {
  const { distributions, labels, classes, repeated } = data;
  const [share, probability] = [repeated?.share ?? 0, repeated?.probability ?? []];
  let sum = 0;
  for (let place = 0; place < labels.length; place++) {
    const truth = decided[place] as number;
    if (truth < 0) {
      sum += Math.log(likelihood(data, place, rates));
      continue;
    }
    const given = (rates[labels[place] as number] as number[])[truth] as number;
    const ofLabel = (1 - share) * given + share * (probability[place] ?? 0);
    sum += Math.log(Math.max(LEAST, (distributions[place * classes + truth] as number) * ofLabel));
  }
  return sum;
}

const LEAST = 1e-9;

function markDecided(rows: Float32Array, decided: Int16Array, classes: number): Float32Array {
  for (const [place, decision] of decided.entries()) {
    if (decision < 0) continue;
    rows.fill(0, place * classes, (place + 1) * classes);
    rows[place * classes + decision] = 1;
  }
  return rows;
}

const distanceFromHalf = ({ base, tuned }: PoolWeights) => (base - 0.5) ** 2 + (tuned - 0.5) ** 2;

/** Where a smooth function of the weights is largest, by a pattern search over those that are free. */
function maximiseOver(
  start: PoolWeights,
  value: (weights: PoolWeights) => number,
  free: Record<keyof PoolWeights, boolean>,
): { at: PoolWeights; value: number } {
  const names = (['base', 'tuned', 'repeated'] as const).filter((name) => free[name]);
  let best = { at: start, value: value(start) };
  for (let part = 1; part > 0.08; ) {
    const around = names.flatMap((name) =>
      [1, -1].map((direction) => {
        const moved = best.at[name] + direction * part * FIRST_STEP[name];
        return { ...best.at, [name]: Math.min(MOST[name], Math.max(0, moved)) };
      }),
    );
    const tried = around.map((at) => ({ at, value: value(at) }));
    const next = tried.reduce((most, one) => (one.value > most.value ? one : most), best);
    if (next === best) part /= 2;
    best = next;
  }
  return best;
}

/** softmax(a x + b y) over the known classes, row by row; a row of which both are missing (0 everywhere) stays 0. */
function pooledRows(
  x: Float32Array,
  y: Float32Array,
  images: number,
  known: readonly boolean[],
  { base: a, tuned: b }: PoolWeights,
): Float32Array {
  const classes = known.length;
  const rows = new Float32Array(images * classes);
  for (let at = 0; at < rows.length; at += classes) {
    let any = false;
    for (let c = 0; c < classes; c++) {
      if (x[at + c] !== 0 || y[at + c] !== 0) any = true;
      rows[at + c] = known[c]
        ? a * (x[at + c] as number) + b * (y[at + c] as number)
        : Number.NEGATIVE_INFINITY;
    }
    if (any) softmaxInPlace(rows, at, classes);
    else rows.fill(0, at, at + classes);
  }
  return rows;
}

function takeRows(rows: Float32Array, images: Int32Array, classes: number): Float32Array {
  const taken = new Float32Array(images.length * classes);
  for (const [place, image] of images.entries()) {
    taken.set(rows.subarray(image * classes, (image + 1) * classes), place * classes);
  }
  return taken;
}
