import { addToJoint, type ExpectedJoint, noJoint } from './expectedJoint.ts';
import { learnNoise, type RepeatedLabels } from './learnNoise.ts';
import { logit } from './logit.ts';
import {
  ASSUMED_ERROR,
  assumedNoise,
  estimateErrorRate,
  type NoiseRates,
  weighEvidence,
} from './noiseModel.ts';
import { bestOtherLabel } from './scores/labelFacts.ts';
import {
  estimateWrongLabel,
  type WrongLabelFacts,
  type WrongLabelWeights,
  wrongLabelWeights,
} from './wrongLabel.ts';

/** A dataset's labels and the predictions for its images. N images, L classes of the dataset. */
interface LabelColumns {
  /** [N*L] calibrated; rows sum to 1 over the classes that anything has a probability for, and are 0 elsewhere. */
  distributions: ArrayLike<number>;
  /** [N] class, or -1 for an image without a label. */
  labels: ArrayLike<number>;
  classes: number;
  /** [L] weight of the tuned model for labels of each class, 0 to 1. */
  tunedShare: ArrayLike<number>;
  /** How far to trust the distributions of these images, in (0, 1]: calibratedPrediction.ts. */
  inverseTemperature?: number;
  /** Take Bayes' rule under these rates for the answer: they and the distributions were fitted to this dataset (adaptedDistributions.ts). */
  ownRates?: NoiseRates;
  /** Labels that only repeat a model's predictions: learnNoise.ts. */
  repeated?: RepeatedLabels | undefined;
}

/** What is known of the labels of N images and L classes. */
export interface RankedLabels {
  /** [N] wrong-label probability; NaN if there is no label, or no probability for it. */
  wrong: Float32Array;
  /** [N] most likely true class; the given one if the label is more likely right than wrong. */
  suggested: Int16Array;
  /** [N] most likely class other than the given one; -1 if there is none. */
  alternative: Int16Array;
  /** [N] probability of the alternative. */
  alternativeProbability: Float32Array;
  /** [N*L] how likely each class is the true one, all things considered; NaN where nothing has a probability for it. */
  truth: Float32Array;
  /** [given][true] P(given | true) */
  rates: NoiseRates;
  /** First estimate of the share of wrong labels. */
  errorRate: number;
  /** How many labels of each class are truly which, by all that is known of each image. */
  joint: ExpectedJoint;
}

/** Scores every label by its image and by what the whole dataset reveals about its labels. */
export function rankLabels(
  columns: LabelColumns,
  weights: WrongLabelWeights = wrongLabelWeights,
): RankedLabels {
  const { distributions, labels, classes } = columns;
  const images = labels.length;
  const known = knownClasses(distributions, classes);
  const judged = Int16Array.from(labels, (label) => (label >= 0 && known[label] ? label : -1));
  const rates =
    columns.ownRates ?? learnNoise({ distributions, labels: judged, classes }, columns.inverseTemperature);
  const errorRate = estimateErrorRate(distributions, judged, classes);
  const ranked: RankedLabels = {
    wrong: new Float32Array(images).fill(Number.NaN),
    suggested: new Int16Array(images).fill(-1),
    alternative: new Int16Array(images).fill(-1),
    alternativeProbability: new Float32Array(images),
    truth: new Float32Array(images * classes).fill(Number.NaN),
    rates,
    errorRate,
    joint: noJoint(classes),
  };
  const keepTruth = (image: number, row: ArrayLike<number>) => {
    for (const [c, is] of known.entries()) if (is) ranked.truth[image * classes + c] = row[c] as number;
  };
  const priorLogit = logit(errorRate);
  for (let i = 0; i < images; i++) {
    const row = Float64Array.from({ length: classes }, (_, c) => distributions[i * classes + c] as number);
    const given = judged[i] as number;
    if (given < 0) {
      ranked.suggested[i] = likeliest(row, known, -1);
      if (row.some((share) => share > 0)) keepTruth(i, row);
      continue;
    }
    const scored = scoreLabel(
      row,
      given,
      known,
      {
        rates: ratesOf(rates, given, i, columns.repeated),
        priorLogit,
        tunedShare: columns.tunedShare[given] as number,
      },
      columns.ownRates ? null : weights,
    );
    ranked.wrong[i] = scored.wrong;
    ranked.suggested[i] = scored.suggested;
    ranked.alternative[i] = scored.alternative;
    ranked.alternativeProbability[i] = scored.alternativeProbability;
    keepTruth(i, scored.truth);
    addToJoint(ranked.joint, given, scored.truth);
  }
  return ranked;
}

/**
 * For one image: if labels may only repeat a model's predictions, the given one is more likely, whatever is
 * true.
 */
function ratesOf(
  rates: NoiseRates,
  given: number,
  image: number,
  repeated: RepeatedLabels | undefined,
): NoiseRates {
  if (repeated === undefined || repeated.share === 0) return rates;
  const { share, probability } = repeated;
  return rates.with(
    given,
    (rates[given] as number[]).map((rate) => (1 - share) * rate + share * (probability[image] as number)),
  );
}

/** The scores of one label. Labels are -1 if there is none. */
interface LabelScores {
  wrong: number;
  suggested: number;
  alternative: number;
  alternativeProbability: number;
  /** [L] calibrated probability of each true class. */
  truth: Float64Array;
}

/**
 * A first score from one image alone, before the rest of the dataset is scanned: one label in ten is assumed
 * wrong, uniformly.
 * @param distribution [L] calibrated; null for classes that the model does not know
 */
export function scoreAlone(
  distribution: ArrayLike<number | null>,
  given: number | null,
  weights: WrongLabelWeights = wrongLabelWeights,
): LabelScores | null {
  const known = Array.from(distribution, (share) => share !== null);
  if (given === null || !known[given]) return null;
  const row = Float64Array.from(distribution, (share) => share ?? 0);
  const facts = { rates: assumedNoise(known.length), priorLogit: logit(ASSUMED_ERROR), tunedShare: 0 };
  return scoreLabel(row, given, known, facts, weights);
}

function scoreLabel(
  row: ArrayLike<number>,
  given: number,
  known: readonly boolean[],
  facts: Omit<WrongLabelFacts, 'evidence'> & { rates: NoiseRates },
  weights: WrongLabelWeights | null,
): LabelScores {
  const evidence = weighEvidence(row, given, facts.rates);
  const alternative = likeliest(evidence.truth, known, given);
  const byPosterior = 1 - (evidence.truth[given] as number);
  const judged = weights === null ? byPosterior : estimateWrongLabel({ ...facts, evidence }, weights);
  const wrong = alternative < 0 ? 0 : judged;
  const truth = withOthersAt(evidence.truth, given, wrong);
  return {
    wrong,
    suggested: wrong >= 0.5 ? alternative : given,
    alternative,
    alternativeProbability: truth[alternative] ?? 0,
    truth,
  };
}

/** [L] classes that anything has a probability for. */
function knownClasses(distributions: ArrayLike<number>, classes: number): boolean[] {
  const known = new Array<boolean>(classes).fill(false);
  for (let index = 0; index < distributions.length; index++) {
    if ((distributions[index] as number) > 0) known[index % classes] = true;
  }
  return known;
}

/** The most likely of the classes that anything has a probability for, without one of them; -1 if there is no other. */
function likeliest(row: ArrayLike<number>, known: readonly boolean[], except: number): number {
  const shares = known.map((is, c) => (is ? (row[c] as number) : null));
  return bestOtherLabel(shares, except)?.label ?? -1;
}

/** A distribution in which all other classes than the given one have `wrong` together. [L] -> [L] */
function withOthersAt(truth: Float64Array, given: number, wrong: number): Float64Array {
  const others = 1 - (truth[given] as number);
  return truth.map((share, c) => {
    if (c === given) return 1 - wrong;
    return others > 0 ? Math.min(1, share / others) * wrong : 0;
  });
}
