import path from 'node:path';
import { extensionOf } from './fileKinds.ts';
import { type FolderListing, joinRelative } from './folderListing.ts';
import { readStart } from './textEncoding.ts';

const DEEPEST = 3;
const MOST = 20;

/** Files of the upper folders that begin as a format does, most of whose words stand near the start. */
export async function filesBeginning(
  listing: FolderListing,
  extension: string,
  begins: (text: string) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  let looked = 0;
  for (const [folder, { files }] of listing.folders) {
    if (folder !== '' && folder.split('/').length > DEEPEST) continue;
    for (const name of files) {
      if (extensionOf(name) !== extension || looked >= MOST) continue;
      const file = joinRelative(folder, name);
      if (listing.leavingLinks.has(file)) continue;
      looked += 1;
      const start = await readStart(path.join(listing.root, file)).catch(() => null);
      if (start !== null && begins(start.bytes.toString('utf8').replace(/^\ufeff/, ''))) found.push(file);
    }
  }
  return found;
}

/** JSON files that begin with an object of at least two of these names. */
export function jsonFilesWith(listing: FolderListing, names: readonly string[]): Promise<string[]> {
  return filesBeginning(
    listing,
    'json',
    (text) => /^\s*\{/.test(text) && names.filter((name) => text.includes(name)).length >= 2,
  );
}
