import { evenly } from './evenly.ts';
import { evenRate, imagesOf, learnOwnNoise, likelihood, type NoisyLabels } from './learnNoise.ts';
import { evenNoise, type NoiseRates } from './noiseModel.ts';
import { softmaxInPlace } from './softmax.ts';

/**
 * The probability of each class of a dataset whose images are not of the model's own domain: the calibrated base model and the model
 * tuned to the dataset, both out of fold, as a product of powers under which the labels are likeliest together with the noise in them.
 * Two powers, not one share: they also make the product as sure as it is right. The noise is even at first, and then learnt, in turns:
 * where it is class-conditional, even noise would make the product out to be less sure than it is. N images, L classes.
 */
export interface AdaptedInputs {
  /** [N*L] log probabilities of the calibrated base model; null where it knows none of the classes */
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

export interface AdaptedDistributions {
  /** [N*L] */
  distributions: Float32Array;
  /** Noise transition matrix [given][true]. */
  rates: NoiseRates;
  /** Powers of the two. */
  weights: { base: number; tuned: number };
}

const MOST_IMAGES = 20_000;
const MOST_WEIGHT = 3;
/** Pull of each power towards a half, in log likelihood of the whole dataset by the squared distance: a few images tell little. */
const PULL = 0.5;

/** Turns of powers and noise. */
const TURNS = 3;

export function adaptDistributions(inputs: AdaptedInputs): AdaptedDistributions {
  const { base, tuned, labels, classes, known } = inputs;
  const first = (base ?? tuned) as Float32Array;
  const images = evenly(
    imagesOf({ labels }).filter((image) => known[labels[image] as number]),
    MOST_IMAGES,
  );
  const sample = sampleOf(inputs, first, images);
  // The decided rows are certain, whatever the powers: the noise is counted in them, not estimated.
  const rowsAt = (weights: AdaptedDistributions['weights']) =>
    markDecided(
      pooledRows(sample.base, sample.tuned, images.length, known, weights),
      sample.decided,
      classes,
    );
  const one = base === null || tuned === null;
  let weights = one
    ? { base: base === null ? 0 : 1, tuned: base === null ? 1 : 0 }
    : { base: 0.5, tuned: 0.5 };
  let rates = evenNoiseOf(rowsAt(weights), sample.labels, classes);
  for (let turn = 0; turn < TURNS; turn++) {
    const noise = turn === 0 ? null : rates;
    weights = climb(
      weights,
      (tried) => {
        const rows = pooledRows(sample.base, sample.tuned, images.length, known, tried);
        const under = noise ?? evenNoiseOf(rows, sample.labels, classes);
        const data = { distributions: rows, labels: sample.labels, classes };
        return logLikelihood(data, under) - (one ? 0 : PULL * distanceFromHalf(tried));
      },
      { base: base !== null, tuned: tuned !== null },
    );
    rates = learnOwnNoise({ distributions: rowsAt(weights), labels: sample.labels, classes });
  }
  return {
    distributions: pooledRows(base ?? first, tuned ?? first, labels.length, known, weights),
    rates,
    weights,
  };
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

function evenNoiseOf(distributions: Float32Array, labels: Int16Array, classes: number): NoiseRates {
  const places = Int32Array.from(labels, (_, place) => place);
  return evenNoise(classes, classes > 1 ? evenRate({ distributions, labels, classes }, places) : 0);
}

function logLikelihood(data: NoisyLabels, rates: NoiseRates): number {
  let sum = 0;
  for (let place = 0; place < data.labels.length; place++) sum += Math.log(likelihood(data, place, rates));
  return sum;
}

function markDecided(rows: Float32Array, decided: Int16Array, classes: number): Float32Array {
  for (const [place, decision] of decided.entries()) {
    if (decision < 0) continue;
    rows.fill(0, place * classes, (place + 1) * classes);
    rows[place * classes + decision] = 1;
  }
  return rows;
}

const distanceFromHalf = ({ base, tuned }: AdaptedDistributions['weights']) =>
  (base - 0.5) ** 2 + (tuned - 0.5) ** 2;

/** Where a smooth function of two powers is largest, by a pattern search over those that are free. */
function climb(
  start: AdaptedDistributions['weights'],
  value: (weights: AdaptedDistributions['weights']) => number,
  free: { base: boolean; tuned: boolean },
): AdaptedDistributions['weights'] {
  let [best, step] = [{ at: start, value: value(start) }, 0.25];
  while (step > 0.02) {
    const around = (['base', 'tuned'] as const)
      .filter((which) => free[which])
      .flatMap((which) => [step, -step].map((move) => ({ ...best.at, [which]: best.at[which] + move })));
    const tried = around
      .filter(({ base, tuned }) => Math.min(base, tuned) >= 0 && Math.max(base, tuned) <= MOST_WEIGHT)
      .map((at) => ({ at, value: value(at) }));
    const next = tried.reduce((most, one) => (one.value > most.value ? one : most), best);
    if (next === best) step /= 2;
    best = next;
  }
  return best.at;
}

/** softmax(a x + b y) over the known classes, row by row; a row of which both are missing (0 everywhere) stays 0. */
function pooledRows(
  x: Float32Array,
  y: Float32Array,
  images: number,
  known: readonly boolean[],
  { base: a, tuned: b }: AdaptedDistributions['weights'],
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
