import { anchorSimilarities, geometricCorrection } from '../../../labelQuality/reliability.ts';
import { softmaxInPlace } from '../../../labelQuality/softmax.ts';
import { ANCHORS_PER_CLASS } from './anchors.ts';

/**
 * Reliability balancing over many images at once; for one image it is in labelQuality/reliability.ts. N images,
 * M fitted classes, K anchors of each.
 */

/** Softmax of logits * scale, row by row. [N*M] -> [N*M] */
export function softmaxRows(logits: Float32Array, classes: number, scale: number): Float32Array {
  const rows = logits.map((logit) => logit * scale);
  for (let at = 0; at < rows.length; at += classes) softmaxInPlace(rows, at, classes);
  return rows;
}

/** Eq. 13 and 14, from distances to anchors. [n*(M*K)] -> [n*M] */
export function geometricRows(distances: Float32Array, classes: number, scale: number): Float32Array {
  const anchors = classes * ANCHORS_PER_CLASS;
  const rows = new Float32Array(distances.length / ANCHORS_PER_CLASS);
  for (let image = 0; image * anchors < distances.length; image++) {
    const own = distances.subarray(image * anchors, (image + 1) * anchors);
    const similarities = anchorSimilarities(own, 1 / scale);
    rows.set(geometricCorrection(similarities, classes, ANCHORS_PER_CLASS) ?? [], image * classes);
  }
  return rows;
}

/**
 * The scale under which the labels are most likely, by golden-section search. It makes parts comparable whose
 * confidences are weighed against each other. One number for all images reveals no single label.
 * @param rowsOf distributions under a scale [n*M]
 * @param labels [n] fitted class, or -1
 * @param weights [n] how far each label is trusted
 */
export function likeliestScale(
  rowsOf: (scale: number) => Float32Array,
  labels: Int16Array,
  weights: Float32Array,
): number {
  const loss = (logScale: number) => {
    const rows = rowsOf(Math.exp(logScale));
    const classes = rows.length / labels.length;
    let sum = 0;
    for (const [image, label] of labels.entries()) {
      if (label < 0) continue;
      sum -= (weights[image] as number) * Math.log((rows[image * classes + label] as number) + 1e-9);
    }
    return sum;
  };
  let [low, high] = [Math.log(0.02), Math.log(50)];
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (high - low > 0.02) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
