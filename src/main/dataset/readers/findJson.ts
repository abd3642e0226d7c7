import path from 'node:path';
import { type DatasetPlace, openRegularFile } from '../../files/index.ts';
import { extensionOf } from '../recognition/fileKinds.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import { readStart } from './textEncoding.ts';

const DEEPEST = 3;
const MOST = 20;
const END_BYTES = 64 * 1024;

/**
 * Files of the upper folders that look like a format.
 *
 * @param looksRight for the file's first and last characters: a long list may be between its names
 */
export async function filesLooking(
  listing: FolderListing,
  extension: string,
  looksRight: (text: string) => boolean,
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
      const ends = await readEnds(path.join(listing.root, file), listing.place).catch(() => '');
      if (looksRight(ends.replace(/^\ufeff/, ''))) found.push(file);
    }
  }
  return found;
}

/** JSON files that begin with an object of at least two of these names. */
export function jsonFilesWith(listing: FolderListing, names: readonly string[]): Promise<string[]> {
  return filesLooking(listing, 'json', (text) => hasNames(text, names));
}

/** Is a text the start of an object with at least two of these names? */
export function hasNames(text: string, names: readonly string[]): boolean {
  return /^\s*\{/.test(text) && names.filter((name) => text.includes(name)).length >= 2;
}

async function readEnds(file: string, place: DatasetPlace): Promise<string> {
  const { bytes, sizeBytes } = await readStart(file, place);
  if (sizeBytes <= bytes.length) return bytes.toString('utf8');
  await using handle = await openRegularFile(file, place);
  const position = Math.max(bytes.length, sizeBytes - END_BYTES);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(sizeBytes - position), position });
  return `${bytes.toString('utf8')}\n${buffer.toString('utf8', 0, bytesRead)}`;
}
