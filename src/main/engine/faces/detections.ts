/** A face found by the detector, in fractions of its frame: 0 to 1, corners may be outside. */
export interface Detection {
  left: number;
  top: number;
  right: number;
  bottom: number;
  /** The detector's confidence, 0 to 1. */
  score: number;
}

/** From this score on a box is a face, as in the detector's own examples. */
const LEAST_SCORE = 0.7;
/** Boxes that overlap more than this are one face. */
const MOST_OVERLAP = 0.3;

/**
 * The faces in the detector's outputs, the surest first: greedy non-maximum suppression.
 *
 * @param scores [N*2] of background and face
 * @param boxes [N*4] left, top, right, bottom
 */
export function readDetections(scores: Float32Array, boxes: Float32Array): Detection[] {
  const candidates: Detection[] = [];
  for (let place = 0; place * 2 < scores.length; place++) {
    const score = scores[place * 2 + 1] as number;
    const [left, top, right, bottom] = boxes.subarray(place * 4, place * 4 + 4) as unknown as Corners;
    // Also false for NaN.
    if (score > LEAST_SCORE && right > left && bottom > top) {
      candidates.push({ left, top, right, bottom, score });
    }
  }
  candidates.sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  for (const candidate of candidates) {
    if (kept.every((face) => overlap(face, candidate) <= MOST_OVERLAP)) kept.push(candidate);
  }
  return kept;
}

type Corners = [left: number, top: number, right: number, bottom: number];
type Box = Omit<Detection, 'score'>;

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (area(a) + area(b) - shared);
}

function area({ left, top, right, bottom }: Box): number {
  return (right - left) * (bottom - top);
}
