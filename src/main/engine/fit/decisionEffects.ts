import { addToJoint, noJoint } from '../../../labelQuality/expectedJoint.ts';
import { boundedLogit, logistic } from '../../../labelQuality/logit.ts';
import type { RankedLabels } from '../../../labelQuality/rankLabels.ts';
import { choleskyFactor, logDeterminant, solveWithFactor } from './cholesky.ts';

/**
 * What people's decisions say about the scores: logistic regression of "the given label was wrong" on the images that have
 * been decided, with the score's own logit as offset, an effect for each given class and one for each class that is
 * suggested instead. The regression is conditional on the score, so it may be fitted to the top of a queue.
 *
 * The effects apply only as far as the decisions are strong evidence for them, by the marginal likelihood in Laplace's
 * approximation (MacKay, "Bayesian Interpolation", 1992), against an error that is the same for all classes: where labels
 * are wrong at random, the classes of the first few hundred images say nothing, and a queue that follows them finds fewer errors
 * (bench/flags/README.md). The error that is the same for all classes is estimated, but not applied: decisions come from the top of the
 * queue, and further down the scores need not err in the same way.
 *
 * N images, L classes of the dataset, P effects.
 */
export interface DecidedLabels {
  /** [N] class, or -1 */
  labels: Int16Array;
  /** [N] class that a person has decided on; negative where nobody has */
  decided: ArrayLike<number>;
  classes: number;
}

/** Of the effects' Gaussian prior, whose mean is 0. Measured in bench/flags/teaching.ts. */
const PRECISION = 10;
/** Of the error that is the same for all classes. */
const PRECISION_OF_ALL = 1;
/** Log of the Bayes factor that is needed for an even weight: strong evidence by Kass and Raftery, "Bayes Factors" (1995). */
const STRONG_EVIDENCE = 3;
/** Less is changed by less weight than that. */
const NEGLIGIBLE = 0.01;
/** Decisions before anything is learned. */
const LEAST_DECISIONS = 30;
/** Most classes that have an effect of their own: the most frequent ones. */
const MOST_CLASSES = 60;
const NEWTON_STEPS = 50;
/** Shares of a step that are tried until one is uphill: far from the maximum a whole step leads too far. */
const HALVINGS = Array.from({ length: 10 }, (_, halving) => 0.5 ** halving);
/** Gain in log posterior at which the search ends. */
const CLOSE = 1e-9;
/** Keeps the score's logit finite. */
const LEAST = 1e-7;

/** @returns the scores under the effects; unchanged where decisions are too few, or no strong evidence */
export function learnFromDecisions(ranked: RankedLabels, dataset: DecidedLabels): RankedLabels {
  const shifts = shiftsOfImages(ranked, dataset);
  return shifts === null ? ranked : shiftScores(ranked, dataset, shifts);
}

/** The logistic regression's rows. */
interface Outcomes {
  /** P; the first is the same for all. */
  effects: number;
  /** The effects that apply to each image. */
  active: number[][];
  /** Logit of each score. */
  offsets: number[];
  /** 1 for a label that was wrong. */
  wrong: number[];
}

/** What is added to the logit of each score. [N] */
function shiftsOfImages(ranked: RankedLabels, { labels, decided }: DecidedLabels): Float64Array | null {
  const images = Array.from({ length: labels.length }, (_, image) => image);
  const known = images.filter((image) => (decided[image] as number) >= 0 && isScored(ranked, image));
  if (known.length < LEAST_DECISIONS) return null;
  const given = numberByFrequency(known.map((image) => labels[image] as number));
  const suggested = numberByFrequency(known.map((image) => ranked.alternative[image] as number));
  const effectsOf = (image: number) => {
    const ofGiven = given.get(labels[image] as number);
    const ofSuggested = suggested.get(ranked.alternative[image] as number);
    return [
      ...(ofGiven === undefined ? [] : [1 + ofGiven]),
      ...(ofSuggested === undefined ? [] : [1 + given.size + ofSuggested]),
    ];
  };
  const effects = effectsByEvidence({
    effects: 1 + given.size + suggested.size,
    active: known.map((image) => [0, ...effectsOf(image)]),
    offsets: known.map((image) => boundedLogit(ranked.wrong[image] as number, LEAST)),
    wrong: known.map((image) => (decided[image] === labels[image] ? 0 : 1)),
  });
  if (effects === null) return null;
  return Float64Array.from(images, (image) =>
    isScored(ranked, image)
      ? effectsOf(image).reduce((sum, effect) => sum + (effects[effect] as number), 0)
      : 0,
  );
}

function isScored({ wrong, alternative }: RankedLabels, image: number): boolean {
  return !Number.isNaN(wrong[image]) && (alternative[image] as number) >= 0;
}

/** The most frequent classes, numbered from 0. */
function numberByFrequency(labels: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const frequent = [...counts].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b).slice(0, MOST_CLASSES);
  return new Map(frequent.map(([label], place) => [label, place]));
}

/** [P] times the probability that there are any; null if there hardly are. */
function effectsByEvidence(outcomes: Outcomes): Float64Array | null {
  const ofClasses = fitEffects(outcomes);
  const sameForAll = fitEffects({ ...outcomes, effects: 1, active: outcomes.active.map(() => [0]) });
  const share = logistic(ofClasses.evidence - sameForAll.evidence - STRONG_EVIDENCE);
  return share < NEGLIGIBLE ? null : ofClasses.effects.map((effect) => share * effect);
}

/** The most probable effects, by Newton's method, and the log evidence for them. */
function fitEffects(outcomes: Outcomes): { effects: Float64Array; evidence: number } {
  const size = outcomes.effects;
  const precisions = new Float64Array(size).fill(PRECISION);
  precisions[0] = PRECISION_OF_ALL;
  const logPosterior = (effects: Float64Array) =>
    logLikelihood(outcomes, effects) +
    effects.reduce((sum, effect, p) => sum + logGaussian(effect, precisions[p] as number), 0);
  let effects: Float64Array = new Float64Array(size);
  let value = logPosterior(effects);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { gradient, hessian } = derivatives(outcomes, effects, precisions);
    const move = solveWithFactor(choleskyFactor(hessian, size), gradient, size);
    const better = HALVINGS.values()
      .map((by) => effects.map((effect, p) => effect - by * (move[p] as number)))
      .map((tried) => ({ effects: tried, value: logPosterior(tried) }))
      .find((tried) => tried.value > value);
    if (better === undefined) break;
    const gain = better.value - value;
    ({ effects, value } = better);
    if (gain < CLOSE) break;
  }
  const { hessian } = derivatives(outcomes, effects, precisions);
  return { effects, evidence: value - logDeterminant(choleskyFactor(hessian, size), size) / 2 };
}

/** Of the negative log posterior. */
function derivatives(outcomes: Outcomes, effects: Float64Array, precisions: Float64Array) {
  const size = effects.length;
  const gradient = effects.map((effect, p) => (precisions[p] as number) * effect);
  const hessian = new Float64Array(size * size);
  for (const [p, precision] of precisions.entries()) hessian[p * size + p] = precision;
  for (const [at, active] of outcomes.active.entries()) {
    const probability = probabilityOfWrong(outcomes, at, effects);
    const curvature = probability * (1 - probability);
    for (const p of active) {
      gradient[p] = (gradient[p] as number) + probability - (outcomes.wrong[at] as number);
      for (const q of active) hessian[p * size + q] = (hessian[p * size + q] as number) + curvature;
    }
  }
  return { gradient, hessian };
}

/** Without the power of 2 pi that Laplace's approximation takes away again. */
function logGaussian(effect: number, precision: number): number {
  return (Math.log(precision) - precision * effect * effect) / 2;
}

function logLikelihood(outcomes: Outcomes, effects: Float64Array): number {
  return outcomes.wrong.reduce((sum, wrong, at) => {
    const probability = probabilityOfWrong(outcomes, at, effects);
    return sum + Math.log(Math.max(Number.MIN_VALUE, wrong === 1 ? probability : 1 - probability));
  }, 0);
}

function probabilityOfWrong({ active, offsets }: Outcomes, at: number, effects: Float64Array): number {
  return logistic(
    (active[at] as number[]).reduce((sum, p) => sum + (effects[p] as number), offsets[at] as number),
  );
}

/** @param shifts [N] */
function shiftScores(
  ranked: RankedLabels,
  { labels, classes }: DecidedLabels,
  shifts: Float64Array,
): RankedLabels {
  const shifted: RankedLabels = {
    ...ranked,
    wrong: ranked.wrong.slice(),
    suggested: ranked.suggested.slice(),
    alternativeProbability: ranked.alternativeProbability.slice(),
    truth: ranked.truth.slice(),
    joint: noJoint(classes),
  };
  for (const [image, label] of labels.entries()) {
    if (Number.isNaN(ranked.wrong[image])) continue;
    const truth = shifted.truth.subarray(image * classes, (image + 1) * classes);
    const shift = shifts[image] as number;
    if (shift !== 0) {
      const wrong = logistic(boundedLogit(ranked.wrong[image] as number, LEAST) + shift);
      const other = ranked.alternative[image] as number;
      setWrong(truth, label, wrong);
      shifted.wrong[image] = wrong;
      shifted.suggested[image] = wrong >= 0.5 ? other : label;
      shifted.alternativeProbability[image] = truth[other] as number;
    }
    const known = Float64Array.from(truth, (share) => (Number.isNaN(share) ? 0 : share));
    addToJoint(shifted.joint, label, known);
  }
  return shifted;
}

/** Gives all classes but the given one `wrong` together, in the proportions that they have. [L] NaN where nothing has a probability. */
function setWrong(truth: Float32Array, label: number, wrong: number): void {
  const others = truth.reduce((sum, share, c) => (c === label || Number.isNaN(share) ? sum : sum + share), 0);
  for (const [c, share] of truth.entries()) {
    truth[c] = c === label ? 1 - wrong : others > 0 ? (wrong * share) / others : share;
  }
}
