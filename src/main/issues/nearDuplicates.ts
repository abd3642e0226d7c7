import { rootOf } from '../../labelQuality/disjointSets.ts';

/** Most different bits, of 64, of two images' perceptual hashes that count as duplicates. */
const MOST_DIFFERENT_BITS = 2;
/** Three parts of a hash: of two hashes that differ in two bits, one part is equal. */
const PARTS = [
  { from: 0, to: 6 },
  { from: 6, to: 11 },
  { from: 11, to: 16 },
];
/**
 * A part shared by more images says nothing (a black image): they are compared only with their neighbours in
 * it.
 */
const MOST_COMPARED = 64;

/**
 * Groups duplicates: re-encoded, resized, slightly cropped ones too.
 * @param hashes [N] 16 hex digits each; null for an image that was not decoded, which is no duplicate of any
 * @returns [N] a number that the members of a group share
 */
export function groupNearDuplicates(hashes: readonly (string | null)[]): Int32Array {
  const parent = Int32Array.from(hashes, (_, image) => image);
  const root = (image: number): number => rootOf(parent, image);
  const halves = hashes.map((hash) => [
    Number.parseInt((hash ?? '').slice(0, 8), 16),
    Number.parseInt((hash ?? '').slice(8), 16),
  ]) as [number, number][];
  for (const { from, to } of PARTS) {
    const seen = new Map<string, number[]>();
    for (const [image, hash] of hashes.entries()) {
      if (hash === null) continue;
      const part = hash.slice(from, to);
      const others = seen.get(part) ?? [];
      for (const other of others.slice(-MOST_COMPARED)) {
        if (isCopy(halves[image] as [number, number], halves[other] as [number, number])) {
          parent[root(image)] = root(other);
        }
      }
      others.push(image);
      seen.set(part, others);
    }
  }
  return parent.map((_, image) => root(image));
}

function isCopy([high, low]: [number, number], [otherHigh, otherLow]: [number, number]): boolean {
  return bitCount(high ^ otherHigh) + bitCount(low ^ otherLow) <= MOST_DIFFERENT_BITS;
}

/** Ones among 32 bits. */
export function bitCount(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
