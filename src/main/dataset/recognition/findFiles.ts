import { type FolderListing, joinRelative, placeOf } from './folderListing.ts';
import { withoutLeaving } from './leavingPaths.ts';
import { MISSING, type ResolvedPath } from './samplePaths.ts';

/** Files whose path matches, the upper ones first; without links that leave the folder. */
export function findFiles(listing: FolderListing, pattern: RegExp): string[] {
  const found: string[] = [];
  for (const [folder, { files }] of listing.folders) {
    for (const name of files) {
      const path = joinRelative(folder, name);
      if (pattern.test(path) && !listing.leavingLinks.has(path)) found.push(path);
    }
  }
  return found.sort((a, b) => depthOf(a) - depthOf(b));
}

/** Folders whose path matches, the upper ones first. */
export function findFolders(listing: FolderListing, pattern: RegExp): string[] {
  return [...listing.folders.keys()]
    .filter((folder) => folder !== '' && pattern.test(folder))
    .sort((a, b) => depthOf(a) - depthOf(b));
}

/** The part of a path before the end that matched a pattern: `a/b/EmoLabel/x.txt` gives `a/b`. */
export function folderAbove(path: string, levels: number): string {
  return path.split('/').slice(0, -levels).join('/');
}

/** The first of some paths that is there, as a row's file. */
export function locate(listing: FolderListing, candidates: readonly string[]): ResolvedPath {
  const found = candidates.find((path) => placeOf(listing, path) !== null);
  return withoutLeaving(listing, {
    path: found ?? candidates[0] ?? '',
    problem: found === undefined ? MISSING : null,
  });
}

function depthOf(path: string): number {
  return path.split('/').length;
}
