import { foreignBytes } from '../../files/index.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import { foreignWords, spellingsOfBytes } from './textEncoding.ts';

const NON_ASCII = /[^\0-\x7f]/;

/** One set for all tables of a listing, made when a table first needs it. */
const known = new WeakMap<FolderListing, ReadonlySet<string>>();

/** What in the names of a folder is not ASCII: a label file that names them is in the encoding in which it says the same. */
export function listedWords(listing: FolderListing): ReadonlySet<string> {
  const before = known.get(listing);
  if (before !== undefined) return before;
  const words = foreignWords(foreignNames(listing));
  known.set(listing, words);
  return words;
}

function* foreignNames({ folders }: FolderListing): Generator<string> {
  for (const [folder, { files }] of folders) {
    yield folder;
    for (const name of files) yield* spellings(name);
  }
}

function spellings(name: string): string[] {
  const bytes = foreignBytes(name);
  return bytes === null ? [name] : spellingsOfBytes(bytes);
}

/**
 * On-disk paths by the other ways in which tables spell them: accents composed (NFC), and names whose bytes are no UTF-8
 * in any encoding that could have written them.
 */
export function otherSpellings(listing: FolderListing): Map<string, string> {
  const paths = new Map<string, string>();
  for (const [folder, { files }] of listing.folders) {
    for (const name of files) {
      const path = joinRelative(folder, name);
      const bytes = foreignBytes(path);
      if (bytes === null && !NON_ASCII.test(path)) continue;
      for (const spelling of bytes === null ? [path] : spellingsOfBytes(bytes)) {
        const composed = spelling.normalize('NFC');
        if (!paths.has(composed)) paths.set(composed, path);
      }
    }
  }
  return paths;
}
