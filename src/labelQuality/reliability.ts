/**
 * GReFEL's reliability balancing, Eq. 9 to 19 (arXiv 2410.15927), for one image.
 *
 * Shapes: C classes, K anchors per class, D embedding size. Anchors are laid out [C*K, D], and everything per
 * anchor has index c*K + k. Inputs may be Float32Array or number[]; results are Float64Array, so that sums
 * are not rounded before the caller rounds them.
 */
type Vector = ArrayLike<number>;

/** An anchor near an image. */
export interface AnchorMatch {
  classIndex: number;
  /** Anchor of its class, from 0. */
  k: number;
  /** Euclidean distance from the embedding, Eq. 12. */
  distance: number;
  /** Share of the similarity to all anchors, Eq. 13, in [0, 1]. */
  similarity: number;
}

interface CorrectionParts {
  /** t_g [C], Eq. 14; null for a model without anchors (K = 0). */
  geometric: Vector | null;
  /** t_a [C], Eq. 16 and 17; null for a model without attention. */
  attentive: Vector | null;
}

/** Softmax of `logits` * `scale`, stable for values of any size. [n] -> [n], sums to 1. */
function softmax(logits: Vector, scale = 1): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) peak = Math.max(peak, at(logits, i) * scale);
  const shares = Float64Array.from(logits, (logit) => Math.exp(logit * scale - peak));
  let sum = 0;
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}

function at(values: Vector, index: number): number {
  return values[index] as number;
}

/** Eq. 9, l = softmax(f(e)). [C] -> [C]. */
export function labelDistribution(logits: Vector): Float64Array {
  return softmax(logits);
}

/** Eq. 10, H(p) = -sum p ln p / ln C, in [0, 1]; 0 ln 0 = 0. A single class has no uncertainty: 0. */
export function normalisedEntropy(distribution: Vector): number {
  if (distribution.length < 2) return 0;
  let entropy = 0;
  for (let c = 0; c < distribution.length; c++) {
    const p = at(distribution, c);
    if (p > 0) entropy -= p * Math.log(p);
  }
  return clampToUnit(entropy / Math.log(distribution.length));
}

/** Eq. 11, Conf(p) = 1 - H(p), in [0, 1]: 0 for a uniform distribution, 1 for a one-hot one. */
export function confidence(distribution: Vector): number {
  return 1 - normalisedEntropy(distribution);
}

/** Eq. 13, softmax of -d/delta over ALL anchors, d the distances of Eq. 12. [C*K] -> [C*K], sums to 1. */
export function anchorSimilarities(distances: Vector, delta: number): Float64Array {
  return softmax(distances, -1 / delta);
}

/** Eq. 14, t_g[c] = sum over k of s[c, k]. [C*K] -> [C]; null where K = 0. */
export function geometricCorrection(
  similarities: Vector,
  classes: number,
  perClass: number,
): Float64Array | null {
  if (perClass === 0) return null;
  const correction = new Float64Array(classes);
  for (let i = 0; i < classes * perClass; i++) {
    const c = Math.floor(i / perClass);
    correction[c] = at(correction, c) + at(similarities, i);
  }
  return correction;
}

/** The mean of two distributions weighted by their confidences; equal weights where both are 0. */
function weighByConfidence(first: Vector, second: Vector): Float64Array {
  const firstConfidence = confidence(first);
  const total = firstConfidence + confidence(second);
  const weight = total > 0 ? firstConfidence / total : 0.5;
  return Float64Array.from(first, (p, c) => weight * p + (1 - weight) * at(second, c));
}

/** [C] Eq. 18, t = (c_g t_g + c_a t_a) / (c_g + c_a). A part switched off leaves the other; both off: null. */
export function combine({ geometric, attentive }: CorrectionParts): Float64Array | null {
  if (geometric && attentive) return weighByConfidence(geometric, attentive);
  const only = geometric ?? attentive;
  return only && Float64Array.from(only);
}

/** Eq. 19, L_final = (c_l l + c_t t) / (c_l + c_t). With every correction switched off L_final = l. [C] */
export function finalDistribution(primary: Vector, parts: CorrectionParts): Float64Array {
  const correction = combine(parts);
  return correction ? weighByConfidence(primary, correction) : Float64Array.from(primary);
}

/**
 * The `count` anchors closest to an image, nearest first; of equal distances the lower index first.
 * @param distances [C*K], @param similarities [C*K] to all anchors, class by class
 */
export function nearestAnchors(
  distances: Vector,
  similarities: Vector,
  perClass: number,
  count = 5,
): AnchorMatch[] {
  return Array.from(distances, (_, index) => index)
    .sort((a, b) => at(distances, a) - at(distances, b) || a - b)
    .slice(0, count)
    .map((index) => ({
      classIndex: Math.floor(index / perClass),
      k: index % perClass,
      distance: at(distances, index),
      similarity: at(similarities, index),
    }));
}

/** Population standard deviation (divided by n) of the values, as in the paper's Fig. 9. */
export function standardDeviation(values: Vector): number {
  if (values.length === 0) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (at(values, i) - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
