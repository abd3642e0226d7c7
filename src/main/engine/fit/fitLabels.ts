import {
  type AdaptedDistributions,
  adaptDistributions,
  type PoolWeights,
} from '../../../labelQuality/adaptedDistributions.ts';
import { averageRanked } from '../../../labelQuality/averageRanked.ts';
import { blendRanked } from '../../../labelQuality/blendRanked.ts';
import {
  calibrateTuned,
  inverseTemperatureOfOtherModel,
} from '../../../labelQuality/calibratedPrediction.ts';
import { calibrateOutOfFold } from '../../../labelQuality/classCalibration.ts';
import {
  adjustByThresholds,
  calibrateJoint,
  confidentJoint,
  confidentThresholds,
  type Matrix,
} from '../../../labelQuality/confidentLearning.ts';
import type { Adaptation, Reliance } from '../../../labelQuality/labelFit.ts';
import { meanOf } from '../../../labelQuality/meanOf.ts';
import { type PooledDistributions, poolDistributions } from '../../../labelQuality/pooledDistributions.ts';
import { type RankedLabels, rankLabels } from '../../../labelQuality/rankLabels.ts';
import { type AdjustedScoreId, labelFacts, scoresFrom } from '../../../labelQuality/scores/index.ts';
import { temperRows } from '../../../labelQuality/temperatureScaling.ts';
import { type Checkpoints, withoutCheckpoints } from './checkpoints.ts';
import { learnFromDecisions } from './decisionEffects.ts';
import { splitIntoDuplicates } from './duplicates.ts';
import type { Embeddings } from './embeddings.ts';
import { assignFolds, keepTogether, regressionPartitions } from './folds.ts';
import type { MatrixProducts } from './matrixProducts.ts';
import { findNeighbours, type Neighbours } from './neighbours.ts';
import { fitTunedModel, type TunedModel } from './tunedModel.ts';
import { type DatasetFeatures, tunedSource } from './tunedSource.ts';

/** A dataset as the fit gets it. N images, C model classes, L classes of the dataset, D embedding size. */
export interface FitInputs {
  /** [N] class, or -1 */
  labels: Int16Array;
  classes: number;
  /** [N*C] the model's corrected distributions */
  model: Float32Array;
  /** [N*C] what it says of the true class: labelQuality/calibratedPrediction.ts */
  calibrated: Float32Array;
  /**
   * How far to trust the model on these images, in (0, 1] (labelQuality/embeddingDistance.ts). Null for another
   * model than the score's weights were learned from: then it is learned from the labels.
   */
  inverseTemperature: number | null;
  modelClasses: number;
  /** [L] model classes that each class maps to; empty for one that the model does not know */
  classMap: number[][];
  /** [N] images with nearly the same perceptual hash share a number */
  groups: Int32Array;
  /** [N] images of one subject or video share a number; -1 where it is not known */
  subjects: Int32Array;
  /** [N] parts of one photograph share a number; -1 for an image that is its whole file */
  photographs: Int32Array;
  /** Whether to tune a model to the labels at all. */
  withTunedModel: boolean;
  /** The model that the user chose to rely on. */
  reliance: Reliance;
  /** [N] class that a person has decided on, NOT_DECIDED, or SET_ASIDE for an image that no label fits. */
  decided: Int16Array;
}

/** No person has decided on the image. */
export const NOT_DECIDED = -1;
/** A person has excluded the image, or marked it as ambiguous: nothing is learned from its label. */
export const SET_ASIDE = -2;

export interface FittedLabels {
  /** Null if none was requested, or fewer than two classes have enough images. */
  tuned: TunedModel | null;
  pooled: PooledDistributions;
  ranked: RankedLabels;
  /** [given][true] labels as confident learning counts them; rows add up to the given labels. */
  confidentJoint: Matrix;
  neighbours: Neighbours;
  /** How the base and the tuned model were weighed. */
  adaptation: Adaptation;
  /** [N] a number that duplicates of one image share. */
  duplicates: Int32Array;
  /** [N] for each class-adjusted score, NaN if there is none. */
  adjusted: Map<AdjustedScoreId, Float32Array>;
}

const FOLDS = 5;
/** Shares of the progress: the tuned model, then the neighbours. */
const TUNED_PROGRESS = 0.5;

/**
 * Learns what a dataset's own labels and people's decisions can teach, and scores each label by all of it.
 * Deterministic.
 */
export async function fitLabels(
  inputs: FitInputs,
  embeddings: Embeddings,
  products: MatrixProducts,
  progress: (share: number) => void = () => {},
  checkpoints: Checkpoints = withoutCheckpoints,
  features: DatasetFeatures | null = null,
): Promise<FittedLabels> {
  const { labels, classes } = inputs;
  const duplicates = splitIntoDuplicates(inputs.groups, embeddings);
  const groups = keepTogether(duplicates, inputs.photographs, inputs.subjects);
  const partition = { folds: assignFolds(groups, FOLDS), foldCount: FOLDS };
  const learned = learnedLabels(inputs);
  const tuned = inputs.withTunedModel
    ? await fitTunedModel(
        {
          embeddings,
          ...(await tunedSource(embeddings, features)),
          labels: learned,
          decided: Uint8Array.from(inputs.decided, (decision) => (decision >= 0 ? 1 : 0)),
          classes,
          partitions: regressionPartitions(groups, partition),
        },
        products,
        checkpoints,
        (share) => progress(TUNED_PROGRESS * share),
      )
    : null;
  const neighbours = await findNeighbours(embeddings, labels, products, checkpoints, (share) =>
    progress(TUNED_PROGRESS + (1 - TUNED_PROGRESS) * share),
  );
  const domain = features?.outOfDomain ?? null;
  const knowsAll = inputs.classMap.every((modelClasses) => modelClasses.length > 0);
  const believed = OUT_OF_DOMAIN_OF[inputs.reliance] ?? domain;
  // In its own domain the model is right where labels are wrong in a learnable way: there the tuned model would only
  // repeat them. It is asked only if the model does not know every class by name.
  const tunedUsed = believed === 0 && knowsAll ? null : (tuned?.corrected ?? null);
  const ofModel = poolDistributions({ ...inputs, tuned: tunedUsed });
  // If the model knows none of the classes, only the tuned model can be believed, whatever the user chose.
  const knowsAny = ofModel.classMap.some((modelClasses) => modelClasses.length > 0);
  const share = knowsAny ? (believed ?? 0) : (domain ?? 1);
  const adapted = share > 0 ? rankOutOfDomain(inputs, learned, tuned, partition.folds, ofModel) : null;
  const { pooled, ranked: undecided } =
    adapted !== null && share === 1
      ? adapted
      : blend({ pooled: ofModel, ranked: rankInDomain(inputs, tunedUsed, ofModel) }, adapted, labels, share);
  const ranked = learnFromDecisions(undecided, inputs);
  return {
    tuned,
    pooled,
    ranked,
    neighbours,
    adaptation: {
      outOfDomain: domain,
      weights: adapted?.weights ?? null,
      chosen: inputs.reliance,
    },
    duplicates,
    ...confidentScores(pooled.distributions, labels, ranked.wrong, classes),
  };
}

/** The user's choice overrides the domain shift. */
const OUT_OF_DOMAIN_OF: Partial<Record<Reliance, number>> = { base: 0, tuned: 1 };

/** The labels to learn from: a person's decision if there is one. */
function learnedLabels({ labels, decided }: FitInputs): Int16Array {
  return labels.map((label, image) => {
    const decision = decided[image] as number;
    return decision === NOT_DECIDED ? label : Math.max(-1, decision);
  });
}

interface RankedPool {
  pooled: PooledDistributions;
  ranked: RankedLabels;
}

/** For images of the model's own domain, and if the domain is unknown. */
function rankInDomain(
  inputs: FitInputs,
  tunedUsed: Float32Array | null,
  pooled: PooledDistributions,
): RankedLabels {
  const { labels, classes } = inputs;
  const calibrated = poolDistributions({
    ...inputs,
    model: temperModel(inputs, pooled.classMap),
    tuned: tunedUsed === null ? null : calibrateTuned(tunedUsed, labels, classes),
    classMap: pooled.classMap,
  });
  return rankLabels({
    ...calibrated,
    labels,
    classes,
    inverseTemperature: inverseTemperatureOfBoth(inputs, pooled),
  });
}

/**
 * For images of another domain: uses what this dataset's labels teach, each image by a model that has not
 * seen its label.
 */
function rankOutOfDomain(
  inputs: FitInputs,
  learned: Int16Array,
  tunedModel: TunedModel | null,
  folds: Uint8Array,
  { classMap, agreement }: PooledDistributions,
) {
  const { labels, classes } = inputs;
  const knownByBase = classMap.map((modelClasses) => modelClasses.length > 0);
  const base = knownByBase.includes(true) ? calibratedBase(inputs, learned, folds, classMap) : null;
  const tuned = tunedModel === null ? null : logarithms(tunedModel.primary, classes);
  if (base === null && tuned === null) return null;
  const knownByTuned = classMap.map((_, c) => tunedModel !== null && knows(tunedModel.primary, c, classes));
  if (base !== null && tuned !== null) {
    // A class that only one of them knows is scored by that one.
    fillColumns(base, tuned, knownByBase, classes);
    fillColumns(tuned, base, knownByTuned, classes);
  }
  const explanations = adaptDistributions({
    ...inputs,
    base,
    tuned,
    known: classMap.map((_, c) => knownByBase[c] === true || knownByTuned[c] === true),
  });
  const weights = meanWeights(explanations);
  const tunedShare = new Array<number>(classes).fill(
    weights.tuned / Math.max(1e-9, weights.base + weights.tuned),
  );
  const scorings = explanations.map(({ share, distributions, rates, repeated }) => ({
    share,
    ranked: rankLabels({ distributions, labels, classes, tunedShare, ownRates: rates, repeated }),
  }));
  return {
    weights,
    pooled: { distributions: meanDistributions(explanations), tunedShare, agreement, classMap },
    ranked: averageRanked(scorings, labels),
  };
}

function meanWeights(explanations: readonly AdaptedDistributions[]): PoolWeights {
  const mean = (of: keyof PoolWeights) => meanOf(explanations, ({ weights }) => weights[of]);
  return { base: mean('base'), tuned: mean('tuned'), repeated: mean('repeated') };
}

function meanDistributions(explanations: readonly AdaptedDistributions[]): Float32Array {
  const { distributions } = explanations[0] as AdaptedDistributions;
  if (explanations.length === 1) return distributions;
  return distributions.map((_, at) => meanOf(explanations, ({ distributions: own }) => own[at] as number));
}

/** Log probabilities of the base model, calibrated to the dataset's classes out of fold. [N*L] */
function calibratedBase(
  inputs: FitInputs,
  learned: Int16Array,
  folds: Uint8Array,
  classMap: number[][],
): Float32Array {
  const { labels, classes } = inputs;
  const { distributions } = poolDistributions({ ...inputs, model: inputs.calibrated, classMap, tuned: null });
  const imagesOfFold = Array.from({ length: FOLDS }, (_, fold) =>
    Int32Array.from(labels.keys().filter((image) => folds[image] === fold)),
  );
  return calibrateOutOfFold(
    { logits: logarithms(distributions, classes), labels: learned, classes },
    imagesOfFold,
  );
}

/** Smallest probability of a class, so that none is impossible. */
const FLOOR = 1e-4;

/** Rows of an image without a prediction stay 0. [N*L] */
function logarithms(rows: Float32Array, classes: number): Float32Array {
  const logs = rows.map((share) => Math.log(share + FLOOR));
  for (let at = 0; at < rows.length; at += classes) {
    if (rows.subarray(at, at + classes).every((share) => share === 0)) logs.fill(0, at, at + classes);
  }
  return logs;
}

function knows(rows: Float32Array, label: number, classes: number): boolean {
  for (let at = label; at < rows.length; at += classes) if ((rows[at] as number) > 0) return true;
  return false;
}

/** The columns of classes that are not known, from elsewhere. */
function fillColumns(
  rows: Float32Array,
  others: Float32Array,
  known: readonly boolean[],
  classes: number,
): void {
  for (let at = 0; at < rows.length; at++) if (!known[at % classes]) rows[at] = others[at] as number;
}

function blend(first: RankedPool, second: RankedPool | null, labels: Int16Array, share: number): RankedPool {
  if (second === null) return first;
  return {
    pooled: blendPooled(first.pooled, second.pooled, share),
    ranked: blendRanked(first.ranked, second.ranked, labels, share),
  };
}

function blendPooled(
  first: PooledDistributions,
  second: PooledDistributions,
  share: number,
): PooledDistributions {
  const mix = (own: number, other: number | undefined) => (1 - share) * own + share * (other as number);
  return {
    ...second,
    distributions: first.distributions.map((own, at) => mix(own, second.distributions[at])),
    tunedShare: first.tunedShare.map((own, c) => mix(own, second.tunedShare[c])),
  };
}

/** The model's calibrated distributions. [N*C] */
function temperModel(inputs: FitInputs, classMap: number[][]): Float32Array {
  const { calibrated, labels, classes, modelClasses } = inputs;
  if (inputs.inverseTemperature !== null)
    return temperRows(calibrated, modelClasses, inputs.inverseTemperature);
  const { distributions } = poolDistributions({ ...inputs, model: calibrated, classMap, tuned: null });
  return temperRows(
    calibrated,
    modelClasses,
    inverseTemperatureOfOtherModel({ distributions, labels, classes }),
  );
}

/** The tuned model is fitted to this dataset's images: its predictions need no temperature for domain shift. */
function inverseTemperatureOfBoth(
  { inverseTemperature }: FitInputs,
  { tunedShare }: PooledDistributions,
): number {
  const ofTuned = tunedShare.reduce((sum, share) => sum + share, 0) / Math.max(1, tunedShare.length);
  return ofTuned + (1 - ofTuned) * (inverseTemperature ?? 1);
}

function confidentScores(
  distributions: Float32Array,
  labels: Int16Array,
  wrong: Float32Array,
  classes: number,
): Pick<FittedLabels, 'adjusted' | 'confidentJoint'> {
  const judged = Int32Array.from(labels.keys().filter((image) => !Number.isNaN(wrong[image])));
  const rowOf = (image: number) => distributions.subarray(image * classes, (image + 1) * classes);
  const data = {
    labels: Array.from(judged, (image) => labels[image] as number),
    probabilities: Array.from(judged, rowOf),
    classes,
  };
  const thresholds = confidentThresholds(data);
  const columns = scoresFrom('adjusted distribution').map(({ id, score }) => ({
    id,
    score,
    values: new Float32Array(labels.length).fill(Number.NaN),
  }));
  for (const image of judged) {
    const facts = labelFacts(adjustByThresholds(rowOf(image), thresholds), labels[image] as number);
    if (facts === null) continue;
    for (const { score, values } of columns) values[image] = score(facts);
  }
  const adjusted = new Map(columns.map(({ id, values }) => [id, values]));
  return { adjusted, confidentJoint: calibrateJoint(confidentJoint(data), data.labels) };
}
