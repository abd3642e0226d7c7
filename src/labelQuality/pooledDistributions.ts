import { alignClasses } from './alignClasses.ts';
import type { PoolInputs } from './poolInputs.ts';

export interface PooledDistributions {
  /** [N*L] */
  distributions: Float32Array;
  /** [L] weight of the tuned model in each known class, 0 to 1. */
  tunedShare: number[];
  /** Labels that each of them predicts, of the classes that both know; null if there are none. */
  agreement: { model: number | null; tuned: number | null };
  /** [L] the class map that was used: if it was empty for all classes, found from the data. */
  classMap: number[][];
}

/** Shares of the labels missed by the model that the tuned model must predict to count at all, and to dominate. */
const COUNTS_FROM = 0.2;
const LEADS_FROM = 0.6;
/** Number of images of a class by which the whole dataset's share counts in the class's own. */
const SHRINKAGE = 50;
/** So that a weight of none is none; far below the tuned model's uncertainty, because that still separates labels. */
const LEAST = 1e-9;

/** The base model's distributions pooled with those of the tuned model, as far as that predicts labels which the base model misses. */
export function poolDistributions(inputs: PoolInputs): PooledDistributions {
  const { labels, classes, tuned } = inputs;
  const classMap = inputs.classMap.some((known) => known.length > 0)
    ? inputs.classMap.map((modelClasses) => [...modelClasses])
    : alignClasses(inputs);
  const known = classMap.map((modelClasses) => modelClasses.length > 0);
  const distributions = modelOverClasses(inputs, classMap);
  if (tuned === null) {
    return {
      distributions,
      tunedShare: known.map(() => 0),
      agreement: { model: null, tuned: null },
      classMap,
    };
  }
  const { shares, agreement } = tunedShares(distributions, tuned, labels, known);
  const row = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const share = known[label] ? (shares[label] as number) : meanShare(shares, known);
    pool(distributions, tuned, i * classes, known, share, row);
    distributions.set(row, i * classes);
  }
  return {
    distributions,
    tunedShare: known.map((is, c) => (is ? (shares[c] as number) : 1)),
    agreement,
    classMap,
  };
}

/** [N*L] the model's distribution summed and renormalised over the classes that it knows. */
function modelOverClasses(
  { model, modelClasses, labels, classes }: PoolInputs,
  classMap: readonly (readonly number[])[],
): Float32Array {
  const over = new Float32Array(labels.length * classes);
  const knownCount = classMap.filter((known) => known.length > 0).length;
  for (let i = 0; i < labels.length; i++) {
    let total = 0;
    for (const [c, known] of classMap.entries()) {
      let mass = 0;
      for (const modelClass of known) mass += Math.max(0, model[i * modelClasses + modelClass] as number);
      over[i * classes + c] = mass;
      total += mass;
    }
    for (const [c, known] of classMap.entries()) {
      if (known.length === 0) continue;
      over[i * classes + c] = total > 0 ? (over[i * classes + c] as number) / total : 1 / knownCount;
    }
  }
  return over;
}

function tunedShares(
  model: ArrayLike<number>,
  tuned: ArrayLike<number>,
  labels: ArrayLike<number>,
  known: readonly boolean[],
) {
  const classes = known.length;
  const counts = known.map(() => ({ images: 0, model: 0, tuned: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const count = counts[label];
    if (count === undefined || !known[label]) continue;
    count.images++;
    if (likeliest(model, i * classes, known) === label) count.model++;
    if (likeliest(tuned, i * classes, known) === label) count.tuned++;
  }
  const sum = (key: 'images' | 'model' | 'tuned') => counts.reduce((total, count) => total + count[key], 0);
  const images = sum('images');
  const missed = Math.max(1, images - sum('model'));
  const overall = (sum('tuned') - sum('model')) / missed;
  const most = 2 * shareOf(overall);
  const shares = counts.map((count) => {
    const foreseen = count.tuned - count.model + SHRINKAGE * overall;
    // A single class may be labelled wrongly in a way that can be learned, as fear is in FER2013.
    return Math.min(most, shareOf(foreseen / (count.images - count.model + SHRINKAGE)));
  });
  const share = (key: 'model' | 'tuned') => (images > 0 ? sum(key) / images : null);
  return { shares, agreement: { model: share('model'), tuned: share('tuned') } };
}

/** @param gain share of the labels missed by the model that the tuned model predicts */
function shareOf(gain: number): number {
  return Math.min(1, Math.max(0, (gain - COUNTS_FROM) / (LEADS_FROM - COUNTS_FROM)));
}

function meanShare(shares: readonly number[], known: readonly boolean[]): number {
  const values = shares.filter((_, c) => known[c]);
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : 1;
}

/** Known classes by model and tuned model together, as exponents; the others by the tuned model only. */
function pool(
  model: ArrayLike<number>,
  tuned: ArrayLike<number>,
  at: number,
  known: readonly boolean[],
  share: number,
  row: Float64Array,
): void {
  let unknownMass = 0;
  let tunedMass = 0;
  for (const [c, is] of known.entries()) {
    tunedMass += tuned[at + c] as number;
    if (!is) unknownMass += tuned[at + c] as number;
  }
  let total = 0;
  for (const [c, is] of known.entries()) {
    const ofModel = (model[at + c] as number) + LEAST;
    const ofTuned = (tuned[at + c] as number) + LEAST;
    row[c] = is ? ofModel ** (1 - share) * (tunedMass > 0 ? ofTuned : ofModel) ** share : 0;
    total += row[c] as number;
  }
  for (const [c, is] of known.entries()) {
    row[c] = is ? ((row[c] as number) / total) * (1 - unknownMass) : (tuned[at + c] as number);
  }
}

function likeliest(rows: ArrayLike<number>, at: number, among: readonly boolean[]): number {
  let best = -1;
  for (const [c, is] of among.entries()) {
    if (is && (best < 0 || (rows[at + c] as number) > (rows[at + best] as number))) best = c;
  }
  return best;
}
