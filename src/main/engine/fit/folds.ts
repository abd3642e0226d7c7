import { rootOf } from '../../../labelQuality/disjointSets.ts';

/** Images divided into folds. */
export interface Partition {
  /** [N] fold of each image */
  folds: Uint8Array;
  foldCount: number;
}

/**
 * Spreads images over folds of about equal size so that a group (near-duplicates, one subject) stays together;
 * the largest groups first, each into the fold with the fewest images.
 * @param groups [N] any number per group
 * @param draw another number divides groups of the same size in another way
 * @returns [N] fold of each image
 */
export function assignFolds(groups: Int32Array, foldCount: number, draw = 0): Uint8Array {
  const members = new Map<number, number[]>();
  for (const [image, group] of groups.entries()) {
    const list = members.get(group);
    if (list) list.push(image);
    else members.set(group, [image]);
  }
  const bySize = [...members.values()].sort(
    (a, b) => b.length - a.length || scrambled(a[0] as number, draw) - scrambled(b[0] as number, draw),
  );
  const folds = new Uint8Array(groups.length);
  const sizes = new Array<number>(foldCount).fill(0);
  for (const images of bySize) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] = (sizes[fold] as number) + images.length;
    for (const image of images) folds[image] = fold;
  }
  return folds;
}

/** An order that has nothing to do with that of the images, which are often sorted by class. */
function scrambled(image: number, draw: number): number {
  const multiplied = Math.imul(image + 1, 0x9e3779b1) >>> 0;
  return draw === 0 ? multiplied : Math.imul(multiplied ^ (multiplied >>> 15), 0x85ebca6b + 2 * draw) >>> 0;
}

/** Up to so many images a fit takes little time, and what an image is compared with by chance counts most. */
const SMALL = 10_000;
const SMALL_PARTITIONS = 3;

/**
 * The partitions by which the regression is cross-validated; its predictions are averaged over them. A large
 * dataset has only the given one, a small one others as well (bench/flags/README.md).
 */
export function regressionPartitions(groups: Int32Array, given: Partition): [Partition, ...Partition[]] {
  const { foldCount } = given;
  const further = groups.length > SMALL ? 0 : SMALL_PARTITIONS - 1;
  return [
    given,
    ...Array.from({ length: further }, (_, draw) => ({
      folds: assignFolds(groups, foldCount, draw + 1),
      foldCount,
    })),
  ];
}

/** A group so large that too little would be left to learn its images' labels from. */
const LARGEST_SHARE = 0.6;

/**
 * Joins groups of duplicates and of parts of one photograph whose images show one subject; ignores subjects,
 * and then duplicates too, if one group would be most of the dataset.
 * @param duplicates [N] a number that duplicates share
 * @param photographs [N] a number that the faces of one photograph share, -1 for an image that is its whole
 *   file
 * @param subjects [N] a number that a subject's images share, -1 if unknown
 * @returns [N] a number shared by images that one fold keeps together
 */
export function keepTogether(
  duplicates: Int32Array,
  photographs: Int32Array,
  subjects: Int32Array,
): Int32Array {
  for (const groupings of [[duplicates, photographs, subjects], [duplicates, photographs], [photographs]]) {
    const joined = joinGroups(groupings);
    if (largestShare(joined) <= LARGEST_SHARE) return joined;
  }
  return duplicates.map((_, image) => image);
}

function joinGroups(groupings: readonly Int32Array[]): Int32Array {
  const parent = (groupings[0] as Int32Array).map((_, image) => image);
  const root = (image: number): number => rootOf(parent, image);
  for (const groups of groupings) {
    const firsts = new Map<number, number>();
    for (const [image, group] of groups.entries()) {
      if (group < 0) continue;
      const first = firsts.get(group);
      if (first === undefined) firsts.set(group, image);
      else parent[root(image)] = root(first);
    }
  }
  return parent.map((_, image) => root(image));
}

function largestShare(groups: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].reduce((most, size) => Math.max(most, size), 0) / Math.max(1, groups.length);
}
