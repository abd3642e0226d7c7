import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { compareCodePoints, sortByCodePoints } from './codePoints.ts';

/** What lies directly in one folder, names in code-point order. */
export interface ListedFolder {
  files: string[];
  folders: string[];
}

/** Everything below a dataset's folder, walked once. Paths are relative to `root`, with `/`; '' is the root. */
export interface FolderListing {
  /** Absolute, as the user gave it. */
  root: string;
  /** Absolute, links resolved. */
  realRoot: string;
  folders: ReadonlyMap<string, ListedFolder>;
  /** Links that leave the folder: they are not followed. Those to files are listed among the files, too. */
  leavingLinks: ReadonlySet<string>;
  /** Folders that could not be opened. */
  unreadableFolders: string[];
}

interface Visit {
  relative: string;
  real: string;
  /** The folders on the way here, to see links that lead back up. */
  parent: Visit | null;
}

const SKIPPED_NAMES = new Set(['thumbs.db', 'desktop.ini', '__macosx', '@eadir', '$recycle.bin']);
/** Entries read from a folder at once. */
const READ_AHEAD = 512;

/**
 * Lists a dataset's folder. Hidden files and what operating systems leave behind are skipped; links are
 * followed only where they stay inside and do not lead back up.
 *
 * @throws AppError `folder-missing` or `folder-unreadable`.
 */
export async function listFolder(folder: string): Promise<FolderListing> {
  const root = path.resolve(folder);
  const realRoot = await openRoot(root);
  const folders = new Map<string, ListedFolder>();
  const leavingLinks = new Set<string>();
  const unreadableFolders: string[] = [];
  const waiting: Visit[] = [{ relative: '', real: realRoot, parent: null }];

  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    const listed: ListedFolder = { files: [], folders: [] };
    try {
      for await (const entry of await opendir(visit.real, { bufferSize: READ_AHEAD })) {
        if (isSkipped(entry.name)) continue;
        const relative = joinRelative(visit.relative, entry.name);
        const real = await followEntry(visit, entry, realRoot);
        if (real.leaves) leavingLinks.add(relative);
        if (real.kind === 'file') listed.files.push(entry.name);
        if (real.kind !== 'folder' || real.leaves) continue;
        listed.folders.push(entry.name);
        waiting.push({ relative, real: real.path, parent: visit });
      }
    } catch (error) {
      if (visit.relative === '') throw unreadable(root, error);
      unreadableFolders.push(visit.relative);
    }
    sortByCodePoints(listed.files);
    sortByCodePoints(listed.folders);
    folders.set(visit.relative, listed);
  }
  return {
    root,
    realRoot,
    folders,
    leavingLinks,
    unreadableFolders: sortByCodePoints(unreadableFolders),
  };
}

/** Files below `folder` with their folders' files between them, in code-point order of the path's segments. */
export function* filesUnder(listing: FolderListing, folder: string): Generator<string> {
  const listed = listing.folders.get(folder);
  if (listed === undefined) return;
  let nextFile = 0;
  for (const name of listed.folders) {
    for (; nextFile < listed.files.length; nextFile++) {
      const file = listed.files[nextFile] as string;
      if (compareCodePoints(file, name) > 0) break;
      yield joinRelative(folder, file);
    }
    yield* filesUnder(listing, joinRelative(folder, name));
  }
  for (; nextFile < listed.files.length; nextFile++)
    yield joinRelative(folder, listed.files[nextFile] as string);
}

/** Where a file of this exact spelling stands in the listing, or null. */
export function placeOf(listing: FolderListing, path: string): { folder: string; index: number } | null {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, Math.max(0, slash));
  const files = listing.folders.get(folder)?.files ?? [];
  const name = path.slice(slash + 1);
  let [low, high] = [0, files.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCodePoints(files[middle] as string, name) < 0) low = middle + 1;
    else high = middle;
  }
  return files[low] === name ? { folder, index: low } : null;
}

export function joinRelative(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

interface Followed {
  kind: 'file' | 'folder' | 'other';
  path: string;
  /** A link to something outside the dataset's folder. */
  leaves: boolean;
}

async function followEntry(visit: Visit, entry: Dirent, realRoot: string): Promise<Followed> {
  const here = path.join(visit.real, entry.name);
  if (entry.isFile()) return { kind: 'file', path: here, leaves: false };
  if (entry.isDirectory()) return { kind: 'folder', path: here, leaves: false };
  if (!entry.isSymbolicLink()) return { kind: 'other', path: here, leaves: false };
  const target = await realpath(here).catch(() => null);
  if (target === null) return { kind: 'file', path: here, leaves: false }; // broken: reading it will say so
  const leaves = !isInside(target, realRoot);
  if (!(await stat(target)).isDirectory()) return { kind: 'file', path: target, leaves };
  return { kind: leadsBack(visit, target) ? 'other' : 'folder', path: target, leaves };
}

function leadsBack(visit: Visit, target: string): boolean {
  for (let above: Visit | null = visit; above !== null; above = above.parent) {
    if (above.real === target) return true;
  }
  return false;
}

function isInside(target: string, root: string): boolean {
  return target === root || target.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

function isSkipped(name: string): boolean {
  return name.startsWith('.') || SKIPPED_NAMES.has(name.toLowerCase());
}

async function openRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(root, error);
    throw new AppError(
      'folder-missing',
      `there is no folder ${root}`,
      'Check the path, or connect its disk.',
    );
  }
  throw new AppError('folder-missing', `${root} is a file`, 'Give the folder that holds the images.');
}

function unreadable(folder: string, cause: unknown): AppError {
  const message = `cannot read the folder ${folder}: ${errorMessage(cause)}`;
  return new AppError('folder-unreadable', message, 'Check its permissions.', { cause });
}
