/**
 * Spreads images over folds of about equal size so that a group (near-duplicates, one subject) stays together;
 * the largest groups first, each into the fold with the fewest images.
 * @param groups [N] any number per group
 * @returns [N] fold of each image
 */
export function assignFolds(groups: Int32Array, foldCount: number): Uint8Array {
  const members = new Map<number, number[]>();
  for (const [image, group] of groups.entries()) {
    const list = members.get(group);
    if (list) list.push(image);
    else members.set(group, [image]);
  }
  const bySize = [...members.values()].sort(
    (a, b) => b.length - a.length || scrambled(a[0] as number) - scrambled(b[0] as number),
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
function scrambled(image: number): number {
  return Math.imul(image + 1, 0x9e3779b1) >>> 0;
}
