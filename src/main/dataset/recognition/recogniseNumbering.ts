import path from 'node:path';
import { NUMBERINGS, offeredNumberings } from '../../../domain/numberings.ts';
import type { Layout, OfferedNumbering, Recognition, SampleRecord } from './layout.ts';

/** Most samples whose names are checked. */
const MOST_NAMES = 2000;

/**
 * The known numberings that fit a dataset's classes, the most likely first; none if its format names its
 * classes.
 * @param folder the dataset's, whose name counts, too
 * @param rows the dataset's rows, of which the first are read
 */
export async function recogniseNumberings(
  folder: string,
  layout: Layout,
  { classes }: Recognition,
  rows: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
): Promise<OfferedNumbering[]> {
  if (layout.classes !== null || offeredNumberings(classes).length === 0) return [];
  const named = new Map(NUMBERINGS.map(({ id }) => [id, 0]));
  let looked = 0;
  for await (const { image } of rows) {
    const name = `${path.basename(folder)}/${image.replace(/#\d+$/, '')}`;
    for (const { id, isNamed } of NUMBERINGS)
      if (isNamed?.test(name)) named.set(id, (named.get(id) ?? 0) + 1);
    if (++looked === MOST_NAMES) break;
  }
  const shares = new Map([...named].map(([id, count]) => [id, count / Math.max(1, looked)]));
  return offeredNumberings(classes, shares).map(({ numbering: { id, title }, isSure }) => ({
    id,
    title,
    isSure,
  }));
}
