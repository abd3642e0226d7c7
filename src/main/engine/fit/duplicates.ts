import type { Embeddings } from './embeddings.ts';

/**
 * Cosine from which two images with nearly the same hash are duplicates; drawings of one character stay
 * below.
 */
const DUPLICATES_FROM = 0.98;
/** Most members of a group that each other one is compared with: a hash that very many share says nothing. */
const MOST_COMPARED = 32;

/**
 * Splits groups of images with nearly the same perceptual hash into duplicates by their embeddings: a hash
 * sees light and dark, and confuses two expressions of one drawn face.
 * @param groups [N] a number that the members of a group share
 * @returns [N] the same, finer
 */
export function splitIntoDuplicates(groups: Int32Array, embeddings: Embeddings): Int32Array {
  const members = new Map<number, number[]>();
  for (const [image, group] of groups.entries()) {
    const list = members.get(group);
    if (list) list.push(image);
    else members.set(group, [image]);
  }
  const duplicates = Int32Array.from(groups, (_, image) => image);
  for (const images of members.values()) {
    if (images.length < 2) continue;
    const { data, columns } = embeddings.unitRows(images);
    for (let row = 1; row < images.length; row++) {
      for (let other = Math.max(0, row - MOST_COMPARED); other < row; other++) {
        let cosine = 0;
        for (let d = 0; d < columns; d++) {
          cosine += (data[row * columns + d] as number) * (data[other * columns + d] as number);
        }
        if (!(cosine >= DUPLICATES_FROM)) continue;
        duplicates[images[row] as number] = duplicates[images[other] as number] as number;
        break;
      }
    }
  }
  return duplicates;
}
