import { type FolderListing, placeOf } from './folderListing.ts';
import type { SampleRecord } from './layout.ts';
import { OUTSIDE, type ResolvedPath } from './samplePaths.ts';

/**
 * A layout's rows without the paths that lead out of the folder: by `..`, from the file system's root, or
 * through a link. A list may contain anything, and an invalid path is never joined to the folder.
 */
export async function* withinFolder(
  listing: FolderListing,
  rows: AsyncIterable<SampleRecord>,
): AsyncGenerator<SampleRecord> {
  for await (const row of rows) {
    yield leaves(listing, row.path) ? { ...row, path: '', problem: OUTSIDE } : row;
  }
}

/** The same, where the path does not lead out; else no path, and why. */
export function withoutLeaving(listing: FolderListing, resolved: ResolvedPath): ResolvedPath {
  return leaves(listing, resolved.path) ? { path: '', problem: OUTSIDE } : resolved;
}

function leaves(listing: FolderListing, path: string): boolean {
  if (/^([/\\]|[a-z]:)/i.test(path) || /(^|[/\\])\.\.([/\\]|$)/.test(path)) {
    return placeOf(listing, path) === null; // on Linux a name may hold backslashes and colons
  }
  if (listing.leavingLinks.size === 0) return false;
  if (listing.leavingLinks.has(path)) return true;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    if (listing.leavingLinks.has(path.slice(0, slash))) return true;
  }
  return false;
}
