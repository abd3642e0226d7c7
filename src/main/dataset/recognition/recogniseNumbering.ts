import path from 'node:path';
import { NUMBERINGS, offeredNumberings } from '../../../domain/numberings.ts';
import type { FolderListing } from './folderListing.ts';
import type { Layout, OfferedNumbering, Recognition } from './layout.ts';

/** Most samples whose names are checked. */
const MOST_NAMES = 2000;

/**
 * The known numberings that fit a dataset's classes, the most likely first; none if its format names its
 * classes.
 */
export async function recogniseNumberings(
  listing: FolderListing,
  layout: Layout,
  recognition: Recognition,
): Promise<OfferedNumbering[]> {
  if (layout.classes !== null || offeredNumberings(recognition.classes).length === 0) return [];
  const named = new Map(NUMBERINGS.map(({ id }) => [id, 0]));
  let looked = 0;
  for await (const { image } of layout.read(listing, recognition)) {
    const name = `${path.basename(listing.root)}/${image.replace(/#\d+$/, '')}`;
    for (const { id, isNamed } of NUMBERINGS)
      if (isNamed?.test(name)) named.set(id, (named.get(id) ?? 0) + 1);
    if (++looked === MOST_NAMES) break;
  }
  const shares = new Map([...named].map(([id, count]) => [id, count / Math.max(1, looked)]));
  return offeredNumberings(recognition.classes, shares).map(({ numbering: { id, title }, isSure }) => ({
    id,
    title,
    isSure,
  }));
}
