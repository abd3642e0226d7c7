/**
 * How well scores order what is true first: `scores[i]` belongs to `truth[i]`, higher = more likely true.
 *
 * Every measure is null where it has no meaning (nothing true, or for AUROC nothing false).
 */
export interface RankingMeasures {
  /** Images scored. */
  count: number;
  /** Of which true. */
  positives: number;
  auroc: number | null;
  averagePrecision: number | null;
  precisionAtPositives: number | null;
  precisionAt100: number | null;
  recallAt100: number | null;
}

type Scores = ArrayLike<number>;
type Truth = ArrayLike<boolean>;

/** A run of equal scores, from the highest score down. */
interface Tie {
  size: number;
  positives: number;
}

function tiesFromHighest(scores: Scores, truth: Truth): Tie[] {
  if (scores.length !== truth.length) throw new RangeError('as many scores as truths are needed');
  const order = Array.from(scores, (_, index) => index);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const ties: Tie[] = [];
  let previous: number | null = null;
  for (const index of order) {
    if (scores[index] !== previous) ties.push({ size: 0, positives: 0 });
    previous = scores[index] as number;
    const tie = ties[ties.length - 1] as Tie;
    tie.size++;
    if (truth[index]) tie.positives++;
  }
  return ties;
}

function countPositives(truth: Truth): number {
  let positives = 0;
  for (let i = 0; i < truth.length; i++) if (truth[i]) positives++;
  return positives;
}

/** Probability that a true one scores higher than a false one; a tie counts one half. */
export function auroc(scores: Scores, truth: Truth): number | null {
  const positives = countPositives(truth);
  const negatives = truth.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let pairs = 0;
  let negativesBelow = negatives;
  for (const tie of tiesFromHighest(scores, truth)) {
    const tiedNegatives = tie.size - tie.positives;
    negativesBelow -= tiedNegatives;
    pairs += tie.positives * (negativesBelow + tiedNegatives / 2);
  }
  return pairs / (positives * negatives);
}

/**
 * Area under the precision-recall curve as average precision, sum over thresholds of (R_n - R_(n-1)) P_n,
 * without interpolation; equal scores are one threshold (as in scikit-learn's average_precision_score).
 */
export function averagePrecision(scores: Scores, truth: Truth): number | null {
  const positives = countPositives(truth);
  if (positives === 0) return null;
  let area = 0;
  let seen = 0;
  let found = 0;
  for (const tie of tiesFromHighest(scores, truth)) {
    seen += tie.size;
    found += tie.positives;
    area += (tie.positives / positives) * (found / seen);
  }
  return area;
}

/**
 * True ones expected among the `n` highest scores. Where the n-th place falls in a run of equal scores, the
 * run counts with its share, so that the result does not depend on the order of the input.
 */
function positivesInFirst(scores: Scores, truth: Truth, n: number): number {
  let left = Math.min(n, scores.length);
  let found = 0;
  for (const tie of tiesFromHighest(scores, truth)) {
    const taken = Math.min(left, tie.size);
    found += (tie.positives * taken) / tie.size;
    left -= taken;
    if (left === 0) break;
  }
  return found;
}

/** Share of true ones among the `n` highest scores (among all, where there are fewer than n); null for none. */
export function precisionAt(scores: Scores, truth: Truth, n: number): number | null {
  const taken = Math.min(n, scores.length);
  return taken > 0 ? positivesInFirst(scores, truth, n) / taken : null;
}

/** Share of all the true ones that are among the `n` highest scores. */
export function recallAt(scores: Scores, truth: Truth, n: number): number | null {
  const positives = countPositives(truth);
  return positives > 0 ? positivesInFirst(scores, truth, n) / positives : null;
}

/** Precision among as many as are true ("precision at #errors"); equals the recall there. */
export function precisionAtPositives(scores: Scores, truth: Truth): number | null {
  return precisionAt(scores, truth, countPositives(truth));
}

export function measureRanking(scores: Scores, truth: Truth): RankingMeasures {
  return {
    count: scores.length,
    positives: countPositives(truth),
    auroc: auroc(scores, truth),
    averagePrecision: averagePrecision(scores, truth),
    precisionAtPositives: precisionAtPositives(scores, truth),
    precisionAt100: precisionAt(scores, truth, 100),
    recallAt100: recallAt(scores, truth, 100),
  };
}
