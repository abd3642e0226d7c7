import type { AnchorMatch } from '../../labelQuality/reliability.ts';
import { float32Array, float32Blob } from './floats.ts';

/** How many nearest anchors of an image are stored. */
export const STORED_ANCHORS = 5;

/** Four float32 an anchor: class, k, distance, similarity. */
const FLOATS_PER_ANCHOR = 4;
const DISTANCE = 2;

export function anchorsBlob(anchors: readonly AnchorMatch[]): Buffer {
  const floats = anchors
    .slice(0, STORED_ANCHORS)
    .flatMap(({ classIndex, k, distance, similarity }) => [classIndex, k, distance, similarity]);
  return float32Blob(new Float32Array(floats));
}

export function anchorsOf(blob: Buffer, column: string): AnchorMatch[] {
  const floats = floatsOf(blob, column);
  const anchors: AnchorMatch[] = [];
  // By index: taking them out of a view each is most of the time that a million images' anchors take.
  for (let at = 0; at < floats.length; at += FLOATS_PER_ANCHOR) {
    anchors.push({
      classIndex: floats[at] as number,
      k: floats[at + 1] as number,
      distance: floats[at + DISTANCE] as number,
      similarity: floats[at + 3] as number,
    });
  }
  return anchors;
}

/** Of the nearest anchor; null without anchors. */
export function nearestDistance(blob: Buffer, column: string): number | null {
  return floatsOf(blob, column)[DISTANCE] ?? null;
}

function floatsOf(blob: Buffer, column: string): Float32Array {
  const count = Math.floor(blob.byteLength / (FLOATS_PER_ANCHOR * Float32Array.BYTES_PER_ELEMENT));
  return float32Array(blob, FLOATS_PER_ANCHOR * count, column);
}
