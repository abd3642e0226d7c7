import { calibrateHead, powerOfOtherModel } from '../../../shared/calibratedReading.ts';
import {
  adjustByThresholds,
  calibrateJoint,
  confidentJoint,
  confidentThresholds,
  type Matrix,
} from '../../../shared/confidentLearning.ts';
import { raiseRows } from '../../../shared/likeliestPower.ts';
import { type PooledDistributions, poolDistributions } from '../../../shared/pooledDistributions.ts';
import { type RankedLabels, rankLabels } from '../../../shared/rankLabels.ts';
import { labelFacts, scores } from '../../../shared/scores.ts';
import { type Checkpoints, withoutCheckpoints } from './checkpoints.ts';
import { splitIntoCopies } from './copies.ts';
import type { Embeddings } from './embeddings.ts';
import { assignFolds, keepTogether } from './folds.ts';
import { type FittedHead, fitHead } from './head.ts';
import type { MatrixProducts } from './matrixProducts.ts';
import { findNeighbours, type Neighbours } from './neighbours.ts';

/** A data set as the fit sees it. N images, C model classes, L classes of the data set, D embedding size. */
export interface FitInputs {
  /** [N] class, or -1 */
  labels: Int16Array;
  classes: number;
  /** [N*C] the model's corrected distributions */
  model: Float32Array;
  /** [N*C] what it says of the true class: shared/calibratedReading.ts */
  calibrated: Float32Array;
  /**
   * How sure the model may be of these images, in (0, 1] (shared/remoteness.ts). Null for another model than the score's
   * weights were learnt from: there it is learnt from the labels.
   */
  sureness: number | null;
  modelClasses: number;
  /** [L] model classes that each class stands for; empty for one that the model does not know */
  classMap: number[][];
  /** [N] images with nearly the same perceptual hash share a number */
  groups: Int32Array;
  /** [N] images of one subject or video share a number; -1 where it is not known */
  subjects: Int32Array;
  /** [N] parts of one photograph share a number; -1 for an image that is all of its file */
  photographs: Int32Array;
  /** Fit a head to the labels at all. */
  withHead: boolean;
}

export interface FittedLabels {
  /** Null where none was wanted, or fewer than two classes have enough images. */
  head: FittedHead | null;
  pooled: PooledDistributions;
  ranked: RankedLabels;
  /** [given][true] labels as confident learning counts them; rows add up to the given labels. */
  confidentJoint: Matrix;
  neighbours: Neighbours;
  /** [N] a number that copies of one image share. */
  copies: Int32Array;
  /** [N] the class-adjusted scores, NaN where there are none. */
  adjustedSelfConfidence: Float32Array;
  adjustedMargin: Float32Array;
}

const FOLDS = 5;
/** Parts of the progress: the head, then the neighbours. */
const HEAD_SHARE = 0.5;

/** Fits what a data set's own labels can teach, and judges each label by all of it. Deterministic. */
export async function fitLabels(
  inputs: FitInputs,
  embeddings: Embeddings,
  products: MatrixProducts,
  progress: (share: number) => void = () => {},
  checkpoints: Checkpoints = withoutCheckpoints,
): Promise<FittedLabels> {
  const { labels, classes } = inputs;
  const copies = splitIntoCopies(inputs.groups, embeddings);
  const head = inputs.withHead
    ? await fitHead(
        {
          embeddings,
          labels,
          classes,
          folds: assignFolds(keepTogether(copies, inputs.photographs, inputs.subjects), FOLDS),
          foldCount: FOLDS,
        },
        products,
        checkpoints,
        (share) => progress(HEAD_SHARE * share),
      )
    : null;
  const neighbours = await findNeighbours(embeddings, labels, products, checkpoints, (share) =>
    progress(HEAD_SHARE + (1 - HEAD_SHARE) * share),
  );
  const pooled = poolDistributions({ ...inputs, head: head?.corrected ?? null });
  const calibrated = poolDistributions({
    ...inputs,
    model: asSureAsItMayBe(inputs, pooled.classMap),
    head: head === null ? null : calibrateHead(head.corrected, labels, classes),
    classMap: pooled.classMap,
  });
  const ranked = rankLabels({ ...calibrated, labels, classes, sureness: surenessOfBoth(inputs, pooled) });
  return {
    head,
    pooled,
    ranked,
    neighbours,
    copies,
    ...confidentScores(pooled.distributions, labels, ranked.wrong, classes),
  };
}

/** The model's calibrated distributions. [N*C] */
function asSureAsItMayBe(inputs: FitInputs, classMap: number[][]): Float32Array {
  const { calibrated, labels, classes, modelClasses } = inputs;
  if (inputs.sureness !== null) return raiseRows(calibrated, modelClasses, inputs.sureness);
  const { distributions } = poolDistributions({ ...inputs, model: calibrated, classMap, head: null });
  return raiseRows(calibrated, modelClasses, powerOfOtherModel({ distributions, labels, classes }));
}

/** The head has seen these very images: what it says of them is as sure as it may be. */
function surenessOfBoth({ sureness }: FitInputs, { headShare }: PooledDistributions): number {
  const ofHead = headShare.reduce((sum, share) => sum + share, 0) / Math.max(1, headShare.length);
  return ofHead + (1 - ofHead) * (sureness ?? 1);
}

function confidentScores(
  distributions: Float32Array,
  labels: Int16Array,
  wrong: Float32Array,
  classes: number,
): Pick<FittedLabels, 'adjustedSelfConfidence' | 'adjustedMargin' | 'confidentJoint'> {
  const judged = Int32Array.from(labels.keys().filter((image) => !Number.isNaN(wrong[image])));
  const rowOf = (image: number) => distributions.subarray(image * classes, (image + 1) * classes);
  const data = {
    labels: Array.from(judged, (image) => labels[image] as number),
    probabilities: Array.from(judged, rowOf),
    classes,
  };
  const thresholds = confidentThresholds(data);
  const adjusted = {
    adjustedSelfConfidence: new Float32Array(labels.length).fill(Number.NaN),
    adjustedMargin: new Float32Array(labels.length).fill(Number.NaN),
  };
  for (const image of judged) {
    const facts = labelFacts(adjustByThresholds(rowOf(image), thresholds), labels[image] as number);
    if (facts === null) continue;
    adjusted.adjustedSelfConfidence[image] = scores['self-confidence'].score(facts);
    adjusted.adjustedMargin[image] = scores['normalised-margin'].score(facts);
  }
  return { ...adjusted, confidentJoint: calibrateJoint(confidentJoint(data), data.labels) };
}
