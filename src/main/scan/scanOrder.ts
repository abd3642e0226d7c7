import { setImmediate as nextTurn } from 'node:timers/promises';
import { hashText } from '../../domain/hash.ts';
import type { ImageRegion } from '../../domain/imageSource.ts';
import type { PendingSample, ProjectFile } from '../project/index.ts';

const LISTED_AT_ONCE = 20_000;
/** Any number: the order is the same each time, so that a scan that was stopped continues in it. */
const SEED = 0x9e3779b9;
/** Key and place must fit a number of 53 bits. */
const UNUSED_BITS = 4;
/**
 * Pictures within this many places of a file are read consecutively, because neighbours are loaded together.
 */
const NEIGHBOURS = { 'pixel-text': 16, encoded: 16, parquet: 128 } satisfies Partial<
  Record<ImageRegion['kind'], number>
>;

/**
 * The images that wait for the model, in a random order, so that whatever is known before the end of a scan is known
 * of every class: datasets are mostly listed class by class. An image's place among others depends on the image
 * alone. Faces of one photograph, and neighbours in a file of many pictures, stay together.
 * @returns ids
 */
export async function scanOrder(project: ProjectFile): Promise<Int32Array> {
  const ids: number[] = [];
  const keys: number[] = [];
  for (let last = { ordinal: -1, id: 0 }; ; ) {
    const page = project.samples.pending(last, LISTED_AT_ONCE);
    for (const sample of page) {
      ids.push(sample.id);
      keys.push(hashText(placeOf(sample), SEED) >>> UNUSED_BITS);
    }
    const end = page.at(-1);
    if (end === undefined) break;
    last = end;
    await nextTurn();
  }
  // Key and place as one number sort in a tenth of a second a million; images of one key stay in the source's order.
  const packed = Float64Array.from(keys, (key, place) => key * ids.length + place).sort();
  return Int32Array.from(packed, (number) => ids[number % ids.length] as number);
}

/** Images that are read together share one place. */
function placeOf({ id, ordinal, path, region }: PendingSample): string {
  if (region === null) return String(id);
  const picture = region.kind === 'box' ? region.picture : region;
  if (picture === undefined) return path;
  return `${path}:${Math.floor(ordinal / NEIGHBOURS[picture.kind])}`;
}
