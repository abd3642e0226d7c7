/**
 * How well scores rank what is true first: `scores[i]` belongs to `truth[i]`, higher = more likely true.
 *
 * Every measure is null if it is undefined (nothing true, or for AUROC nothing false). Equal scores are one
 * threshold, so that no result depends on the order of the input.
 */
export interface RankingMeasures {
  auroc: number | null;
  averagePrecision: number | null;
  precisionAtPositives: number | null;
  precisionAt100: number | null;
  recallAt100: number | null;
  /**
   * Share of the images that need not be viewed to find 95 % of the true ones, compared with random order.
   */
  workSavedAt95: number | null;
}

export type RankingMeasureId = keyof RankingMeasures;
export const RANKING_MEASURES: readonly RankingMeasureId[] = [
  'auroc',
  'averagePrecision',
  'precisionAtPositives',
  'precisionAt100',
  'recallAt100',
  'workSavedAt95',
];

type Scores = ArrayLike<number>;
type Truth = ArrayLike<boolean>;

/** A run of equal scores, from the highest score down. */
interface Tie {
  size: number;
  positives: number;
}

/** Scores in their order, sorted once: a bootstrap measures it a thousand times under other weights. */
export class Ranking {
  readonly #order: Int32Array;
  /** Index of the tie that each place of the order belongs to. */
  readonly #tie: Int32Array;
  readonly #truth: Truth;

  /**
   * @param scores [N] higher first, @param truth [N] whether each is one of those to find
   * @throws RangeError if their lengths differ
   */
  constructor(scores: Scores, truth: Truth) {
    if (scores.length !== truth.length) throw new RangeError('as many scores as truths are needed');
    this.#truth = truth;
    this.#order = Int32Array.from({ length: scores.length }, (_, index) => index).sort(
      (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
    );
    this.#tie = new Int32Array(scores.length);
    for (let place = 1; place < scores.length; place++) {
      const same = scores[this.#order[place] as number] === scores[this.#order[place - 1] as number];
      this.#tie[place] = (this.#tie[place - 1] as number) + (same ? 0 : 1);
    }
  }

  /** @param weights [N] how often each image counts; once each if omitted */
  ties(weights?: ArrayLike<number>): Tie[] {
    const ties: Tie[] = [];
    for (let place = 0; place < this.#order.length; place++) {
      const index = this.#order[place] as number;
      const group = this.#tie[place] as number;
      if (group === ties.length) ties.push({ size: 0, positives: 0 });
      const weight = weights ? (weights[index] as number) : 1;
      const tie = ties[group] as Tie;
      tie.size += weight;
      if (this.#truth[index]) tie.positives += weight;
    }
    return ties;
  }

  /** @param weights [N] how often each image counts; once each if omitted */
  measure(weights?: ArrayLike<number>): RankingMeasures {
    const ties = this.ties(weights);
    const positives = positivesOf(ties);
    return {
      auroc: aurocOf(ties),
      averagePrecision: averagePrecisionOf(ties),
      precisionAtPositives: precisionOf(ties, positives),
      precisionAt100: precisionOf(ties, 100),
      recallAt100: positives > 0 ? positivesInFirst(ties, 100) / positives : null,
      workSavedAt95: workSavedOf(ties, 0.95),
    };
  }

  /**
   * True ones found after this many images, in `points` steps of equal width over all images.
   * @returns [points + 1] pairs, from (0, 0) to (all, all true)
   */
  curve(points: number): { viewed: number; found: number }[] {
    const ties = this.ties();
    const images = imagesOf(ties);
    return Array.from({ length: points + 1 }, (_, point) => {
      const viewed = Math.round((images * point) / points);
      return { viewed, found: positivesInFirst(ties, viewed) };
    });
  }
}

/** Probability that a true one scores higher than a false one; a tie counts one half. */
function aurocOf(ties: readonly Tie[]): number | null {
  const positives = positivesOf(ties);
  const negatives = imagesOf(ties) - positives;
  if (positives === 0 || negatives === 0) return null;
  let pairs = 0;
  let negativesBelow = negatives;
  for (const tie of ties) {
    const tiedNegatives = tie.size - tie.positives;
    negativesBelow -= tiedNegatives;
    pairs += tie.positives * (negativesBelow + tiedNegatives / 2);
  }
  return pairs / (positives * negatives);
}

/**
 * Area under the precision-recall curve as average precision, sum over thresholds of (R_n - R_(n-1)) P_n,
 * without interpolation (as in scikit-learn's average_precision_score).
 */
function averagePrecisionOf(ties: readonly Tie[]): number | null {
  const positives = positivesOf(ties);
  if (positives === 0) return null;
  let area = 0;
  let seen = 0;
  let found = 0;
  for (const tie of ties) {
    seen += tie.size;
    found += tie.positives;
    if (tie.positives > 0) area += (tie.positives / positives) * (found / seen);
  }
  return area;
}

/** True ones expected among the `n` highest scores; where the n-th place falls in a tie, its share counts. */
function positivesInFirst(ties: readonly Tie[], n: number): number {
  let left = n;
  let found = 0;
  for (const tie of ties) {
    if (left <= 0) break;
    const taken = Math.min(left, tie.size);
    if (tie.size > 0) found += (tie.positives * taken) / tie.size;
    left -= taken;
  }
  return found;
}

function precisionOf(ties: readonly Tie[], n: number): number | null {
  const taken = Math.min(n, imagesOf(ties));
  return taken > 0 ? positivesInFirst(ties, taken) / taken : null;
}

/** Work saved over sampling, WSS@recall = (images not viewed) / images - (1 - recall); Cohen et al. 2006. */
function workSavedOf(ties: readonly Tie[], recall: number): number | null {
  const wanted = recall * positivesOf(ties);
  if (wanted === 0) return null;
  const images = imagesOf(ties);
  let viewed = 0;
  let found = 0;
  for (const tie of ties) {
    if (found + tie.positives >= wanted) {
      viewed += tie.positives > 0 ? (tie.size * (wanted - found)) / tie.positives : 0;
      break;
    }
    viewed += tie.size;
    found += tie.positives;
  }
  return (images - viewed) / images - (1 - recall);
}

function imagesOf(ties: readonly Tie[]): number {
  return ties.reduce((sum, { size }) => sum + size, 0);
}

function positivesOf(ties: readonly Tie[]): number {
  return ties.reduce((sum, { positives }) => sum + positives, 0);
}
