import { evenly } from '../../../labelQuality/evenly.ts';
import {
  anchorSimilarities,
  finalDistribution,
  geometricCorrection,
  nearestAnchors,
} from '../../../labelQuality/reliability.ts';
import { fitInverseTemperature, temperRows } from '../../../labelQuality/temperatureScaling.ts';
import { ANCHORS_PER_CLASS, type Anchors, distancesToAnchors, numberLike, placeAnchors } from './anchors.ts';
import { attentionFeatures } from './attention.ts';
import { geometricRows, likeliestScale, softmaxRows } from './balance.ts';
import type { Checkpoints } from './checkpoints.ts';
import { whitening } from './cholesky.ts';
import {
  addSums,
  BLOCK,
  emptySums,
  type FeatureSource,
  predictLogits,
  type Sums,
  solveDiscriminant,
  subtractSums,
  sumUp,
} from './discriminant.ts';
import type { Embeddings } from './embeddings.ts';
import type { Partition } from './folds.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';
import { tuneOutOfFold } from './robustRegression.ts';

/**
 * A GReFEL model tuned to a dataset's own labels, on frozen features (Eq. 9 to 19): primary distribution,
 * anchors of each class, attention, and the confidences that weigh them. The primary distribution is
 * robustRegression.ts. In the base model's own domain it is the discriminant of the embedding: there labels are
 * mostly wrong in a way that the regression learns, and a model with fewer degrees of freedom repeats it less
 * (bench/flags/README.md). Anchors are cluster centres in the space where a class's own spread is the same in all
 * directions; of the attention only W_out is fitted, in closed form. It is cross-validated, so that each
 * image is predicted by a tuned model that never saw its label or a near-duplicate of it. Attention and anchors give
 * less weight to images whose label the tuned model did not expect, because some of the labels are wrong. A
 * small class gets as many anchors as a large one, which reduces imbalance.
 *
 * N images, D embedding size, L classes, M of them fitted, F folds, K anchors of each class.
 */
interface TunedModelInputs {
  /** Attention is fitted on the model's own embedding. */
  embeddings: Embeddings;
  /** The regression and the anchors are fitted on it: tunedSource.ts. */
  source: FeatureSource;
  /** [N] 1 for an image that has both. */
  usable: Uint8Array;
  /** 0 in the base model's own domain, 1 in another (labelQuality/domainShift.ts). */
  outOfDomain: number;
  /** [N] 1 for a label that a person has decided on. */
  decided: Uint8Array;
  /** [N] class, or -1 */
  labels: Int16Array;
  classes: number;
  /** The regression is averaged over all of them; everything else is cross-validated by the first. */
  partitions: readonly [Partition, ...Partition[]];
}

export interface TunedModel {
  /** [N*L] Eq. 9 and 19; 0 for classes with too few images, and everywhere for an image without an embedding. */
  primary: Float32Array;
  corrected: Float32Array;
  /** [N*NEAREST] anchors nearest first, as label * ANCHORS_PER_CLASS + k; -1 where there are fewer. */
  anchors: Int32Array;
  /** [N*NEAREST] Eq. 12 and 13 */
  distances: Float32Array;
  similarities: Float32Array;
}

/** Discriminants, one after the other. */
const ROUNDS = 3;
/** Images of which a fold's anchors are made, and by which distances are scaled, evenly spread. */
const MOST_ANCHORED = 20_000;
/** Labelled images that a class needs to be fitted. */
const LEAST_IMAGES = 5;
/** Anchors that are kept of each image. */
export const NEAREST = 5;
/** Shares of the progress: tuned model, attention, anchors, balancing. */
const SHARES = [0.4, 0.25, 0.2, 0.15] as const;

/**
 * @param progress share done, 0 to 1
 * @returns null where fewer than two classes can be fitted
 */
export async function fitTunedModel(
  inputs: TunedModelInputs,
  products: MatrixProducts,
  checkpoints: Checkpoints,
  progress: (share: number) => void,
): Promise<TunedModel | null> {
  const fitted = fittedClasses(inputs);
  if (fitted.length < 2) return null;
  const fit = new TunedModelFit(inputs, fitted, products, checkpoints, progress);
  return fit.run();
}

/** A fold's whitened space and the anchors in it. */
interface FoldGeometry {
  space: Rows;
  anchors: Anchors;
}

class TunedModelFit {
  readonly #inputs: TunedModelInputs;
  readonly #fitted: number[];
  readonly #products: MatrixProducts;
  readonly #checkpoints: Checkpoints;
  readonly #progress: (share: number) => void;
  /** [N] index of the fitted class, or -1. */
  readonly #labels: Int16Array;
  /** [F] usable images of each fold, for each partition. */
  readonly #imagesOfFolds: Int32Array[][];
  /** Of the first partition. */
  readonly #imagesOfFold: Int32Array[];
  /** [N] how far each label is trusted; 0 for images that no tuned model learns from. */
  #weights: Float32Array;
  #done = 0;

  constructor(
    inputs: TunedModelInputs,
    fitted: number[],
    products: MatrixProducts,
    checkpoints: Checkpoints,
    progress: (share: number) => void,
  ) {
    const { labels, usable } = inputs;
    this.#inputs = inputs;
    this.#fitted = fitted;
    this.#products = products;
    this.#checkpoints = checkpoints;
    this.#progress = progress;
    this.#labels = Int16Array.from(labels, (label) => fitted.indexOf(label));
    const [first, ...others] = inputs.partitions;
    this.#imagesOfFold = imagesOfFolds(first, usable);
    this.#imagesOfFolds = [this.#imagesOfFold, ...others.map((other) => imagesOfFolds(other, usable))];
    this.#weights = Float32Array.from(this.#labels, (label, image) =>
      label >= 0 && usable[image] === 1 ? 1 : 0,
    );
  }

  async run(): Promise<TunedModel> {
    const { embeddings, source } = this.#inputs;
    const classes = this.#fitted.length;
    const { rows: primary, weights } = await this.#checkpoints.step('tuned', async () => {
      const rows = await this.#primary();
      return { rows, weights: weighByFit(this.#labels, rows, classes, this.#weights) };
    });
    this.#weights = weights;
    this.#report(SHARES[0]);
    const { attentive } = await this.#checkpoints.step('attention', async () => {
      const logits = await this.#crossValidate(attentionFeatures(embeddings, this.#products), SHARES[1]);
      const scale = likeliestScale((by) => softmaxRows(logits, classes, by), this.#labels, this.#weights);
      return { attentive: softmaxRows(logits, classes, scale) };
    });
    this.#report(SHARES[0] + SHARES[1]);
    const geometries = await this.#placeAnchors(source);
    return this.#balance(primary, attentive, geometries, await this.#scaleOfDistances(geometries));
  }

  /** By the discriminant in the own domain, by the regression in another, by both between. [N*M] */
  async #primary(): Promise<Float32Array> {
    const { outOfDomain } = this.#inputs;
    if (outOfDomain === 0) return this.#discriminate(SHARES[0]);
    if (outOfDomain === 1) return this.#regress(SHARES[0]);
    const both = [await this.#discriminate(SHARES[0] / 2), await this.#regress(SHARES[0] / 2)];
    return geometricMean(both, this.#fitted.length, [1 - outOfDomain, outOfDomain]);
  }

  async #regress(share: number): Promise<Float32Array> {
    const { source, decided } = this.#inputs;
    const classes = this.#fitted.length;
    const from = this.#done;
    const models: Float32Array[] = [];
    for (const [place, imagesOfFold] of this.#imagesOfFolds.entries()) {
      const inputs = {
        source,
        labels: this.#labels,
        classes,
        weights: this.#weights,
        decided,
        imagesOfFold,
      };
      const report = (done: number) =>
        this.#report(from + (share * (place + done)) / this.#imagesOfFolds.length);
      models.push(...(await tuneOutOfFold(inputs, this.#products, report)));
    }
    return geometricMean(
      models.map((logits) => temperByLabels(softmaxRows(logits, classes, 1), this.#labels, classes)),
      classes,
      models.map(() => 1 / models.length),
    );
  }

  /** Several times, each time with less weight on images whose label it did not expect. */
  async #discriminate(share: number): Promise<Float32Array> {
    const { embeddings } = this.#inputs;
    const classes = this.#fitted.length;
    const all = this.#weights;
    let rows: Float32Array = new Float32Array();
    for (let round = 0; round < ROUNDS; round++) {
      rows = softmaxRows(await this.#crossValidate(embeddings, share / ROUNDS), classes, 1);
      this.#weights = weighByFit(this.#labels, rows, classes, all);
    }
    this.#weights = all;
    return rows;
  }

  /** Logits of each image by the discriminant of the other folds. [N*M] */
  async #crossValidate(source: FeatureSource, share: number): Promise<Float32Array> {
    const logits = new Float32Array(this.#labels.length * this.#fitted.length);
    const { sums, total } = await this.#sumUpFolds(source, share);
    for (const [fold, images] of this.#imagesOfFold.entries()) {
      const discriminant = solveDiscriminant(subtractSums(total, sums[fold] as Sums), source.size);
      await predictLogits(discriminant, source, images, logits, this.#products);
    }
    return logits;
  }

  async #sumUpFolds(source: FeatureSource, share: number): Promise<{ sums: Sums[]; total: Sums }> {
    const from = this.#done;
    const labelled = { labels: this.#labels, classes: this.#fitted.length, weights: this.#weights };
    const sums: Sums[] = [];
    for (const images of this.#imagesOfFold) {
      sums.push(await sumUp(source, images, labelled, this.#products));
      this.#report(from + (share * sums.length) / this.#imagesOfFold.length);
    }
    return { sums, total: sums.reduce(addSums, emptySums(labelled.classes, source.size)) };
  }

  async #placeAnchors(source: FeatureSource): Promise<FoldGeometry[]> {
    const geometries: FoldGeometry[] = [];
    let folds: { sums: Sums[]; total: Sums } | null = null;
    for (const fold of this.#imagesOfFold.keys()) {
      const { space, centres, used } = await this.#checkpoints.step(`anchors-${fold}`, async () => {
        folds ??= await this.#sumUpFolds(source, 0);
        const rest = subtractSums(folds.total, folds.sums[fold] as Sums);
        const { covariance } = solveDiscriminant(rest, source.size);
        const data = whitening(covariance, source.size);
        return { space: data, ...(await this.#anchorsWithout(fold, { data, ...square(source.size) })) };
      });
      const [first] = geometries;
      const anchors = { centres, used };
      geometries.push({
        space: { data: space, ...square(source.size) },
        anchors: first === undefined ? anchors : numberLike(first.anchors, anchors, source.size),
      });
      this.#report(SHARES[0] + SHARES[1] + (SHARES[2] * (fold + 1)) / this.#imagesOfFold.length);
    }
    return geometries;
  }

  /** Of the images of all other folds. */
  async #anchorsWithout(fold: number, space: Rows): Promise<Anchors & Record<string, Float32Array>> {
    const seen = evenly(
      Int32Array.from(
        this.#imagesOfFold.flatMap((images, other) => (other === fold ? [] : [...this.#learnedFrom(images)])),
      ),
      MOST_ANCHORED,
    );
    const classOf = Int16Array.from(seen, (image) => this.#labels[image] as number);
    const weights = Float32Array.from(seen, (image) => this.#weights[image] as number);
    const points = await this.#project(seen, space);
    return { ...(await placeAnchors(points, classOf, weights, this.#fitted.length, this.#products)) };
  }

  /** 1 / delta of Eq. 13. */
  async #scaleOfDistances(geometries: readonly FoldGeometry[]): Promise<number> {
    const distances: Float32Array[] = [];
    const looked: number[] = [];
    for (const [fold, { space, anchors }] of geometries.entries()) {
      const images = evenly(
        this.#learnedFrom(this.#imagesOfFold[fold] as Int32Array),
        MOST_ANCHORED / geometries.length,
      );
      looked.push(...images);
      distances.push(await distancesToAnchors(await this.#project(images, space), anchors, this.#products));
    }
    const all = concatenate(distances);
    return likeliestScale(
      (scale) => geometricRows(all, this.#fitted.length, scale),
      Int16Array.from(looked, (image) => this.#labels[image] as number),
      Float32Array.from(looked, (image) => this.#weights[image] as number),
    );
  }

  /** Eq. 13 to 19 of each image. */
  async #balance(
    primary: Float32Array,
    attentive: Float32Array,
    geometries: readonly FoldGeometry[],
    scale: number,
  ): Promise<TunedModel> {
    const { classes, labels } = this.#inputs;
    const count = this.#fitted.length;
    const perImage = count * ANCHORS_PER_CLASS;
    const tuned: TunedModel = {
      primary: new Float32Array(labels.length * classes),
      corrected: new Float32Array(labels.length * classes),
      anchors: new Int32Array(labels.length * NEAREST).fill(-1),
      distances: new Float32Array(labels.length * NEAREST),
      similarities: new Float32Array(labels.length * NEAREST),
    };
    for (const [fold, { space, anchors }] of geometries.entries()) {
      const images = this.#imagesOfFold[fold] as Int32Array;
      for (let start = 0; start < images.length; start += BLOCK) {
        const block = images.subarray(start, start + BLOCK);
        const points = await this.#project(block, space);
        const distances = await distancesToAnchors(points, anchors, this.#products);
        for (const [row, image] of block.entries()) {
          const own = distances.subarray(row * perImage, (row + 1) * perImage);
          const similarities = anchorSimilarities(own, 1 / scale);
          const rows = {
            primary: primary.subarray(image * count, (image + 1) * count),
            attentive: attentive.subarray(image * count, (image + 1) * count),
            geometric: geometricCorrection(similarities, count, ANCHORS_PER_CLASS),
          };
          const corrected = finalDistribution(rows.primary, rows);
          for (const [index, label] of this.#fitted.entries()) {
            tuned.primary[image * classes + label] = rows.primary[index] as number;
            tuned.corrected[image * classes + label] = corrected[index] as number;
          }
          this.#keepNearest(tuned, image, own, similarities);
        }
      }
      this.#report(1 - SHARES[3] * (1 - (fold + 1) / geometries.length));
    }
    return tuned;
  }

  #keepNearest(tuned: TunedModel, image: number, distances: Float32Array, similarities: Float64Array): void {
    const nearest = nearestAnchors(distances, similarities, ANCHORS_PER_CLASS, NEAREST);
    for (const [place, { classIndex, k, distance, similarity }] of nearest.entries()) {
      if (!Number.isFinite(distance)) continue;
      const at = image * NEAREST + place;
      tuned.anchors[at] = (this.#fitted[classIndex] as number) * ANCHORS_PER_CLASS + k;
      tuned.distances[at] = distance;
      tuned.similarities[at] = similarity;
    }
  }

  #learnedFrom(images: Int32Array): Int32Array {
    return images.filter((image) => (this.#weights[image] as number) > 0);
  }

  async #project(images: Int32Array, space: Rows): Promise<Rows> {
    const data = await this.#products.multiply(await this.#inputs.source.rows(images), space);
    return { data, rows: images.length, columns: space.columns };
  }

  #report(share: number): void {
    this.#done = share;
    this.#progress(share);
  }
}

/** [fold] the usable images of each. */
function imagesOfFolds({ folds, foldCount }: Partition, usable: Uint8Array): Int32Array[] {
  return Array.from({ length: foldCount }, (_, fold) =>
    Int32Array.from(folds.keys().filter((image) => folds[image] === fold && usable[image] === 1)),
  );
}

function fittedClasses({ usable, labels, classes }: TunedModelInputs): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const [image, label] of labels.entries()) {
    if (label >= 0 && usable[image] === 1) counts[label] = (counts[label] as number) + 1;
  }
  return counts.flatMap((count, label) => (count >= LEAST_IMAGES ? [label] : []));
}

/**
 * Lowers an image's weight according to how little the tuned model that did not see it expects its label.
 * @param rows [N*M]
 */
function weighByFit(
  labels: Int16Array,
  rows: Float32Array,
  classes: number,
  weights: Float32Array,
): Float32Array {
  const own = Float32Array.from(labels, (label, image) =>
    label >= 0 ? (rows[image * classes + label] as number) : 0,
  );
  const learned = own.filter((_, image) => (weights[image] as number) > 0).sort();
  const middle = Math.max(1e-9, learned[learned.length >> 1] ?? 1);
  return weights.map((weight, image) =>
    weight > 0 ? Math.max(1e-3, Math.min(1, (own[image] as number) / middle)) : 0,
  );
}

/** A noise-robust loss leaves a model underconfident. [N*M] */
function temperByLabels(rows: Float32Array, labels: Int16Array, classes: number): Float32Array {
  return temperRows(rows, classes, fitInverseTemperature({ distributions: rows, labels, classes }));
}

/**
 * Of distributions, row by row. [N*M] each
 * @param shares of each, which add up to 1
 */
function geometricMean(
  distributions: readonly Float32Array[],
  classes: number,
  shares: readonly number[],
): Float32Array {
  const logits = (distributions[0] as Float32Array).map((_, at) =>
    distributions.reduce(
      (sum, rows, of) => sum + (shares[of] as number) * Math.log((rows[at] as number) + FLOOR),
      0,
    ),
  );
  return softmaxRows(logits, classes, 1);
}

/** Smallest probability of a class in the mean. */
const FLOOR = 1e-4;

function square(size: number): Pick<Rows, 'rows' | 'columns'> {
  return { rows: size, columns: size };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
