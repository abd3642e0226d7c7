import type { MatchKind } from '../../../domain/pathMatches.ts';
import { otherSpellings } from '../readers/listedWords.ts';
import { isImageName } from './fileKinds.ts';
import { type FolderListing, joinRelative, placeOf } from './folderListing.ts';
import { PathIndex } from './pathIndex.ts';

/** What a table's value refers to. */
export interface ResolvedPath {
  /** Relative to the dataset's folder, as spelt on disk if the file exists; '' for anything outside. */
  path: string;
  /** Why there is no file to read, else null. */
  problem: string | null;
  /** How the file was found where its path was not exact. */
  matched?: LooseMatch;
}

/** A value that is no path to its file, and how it was matched. */
export interface LooseMatch {
  by: MatchKind;
  value: string;
}

export const MISSING = 'file not found';
export const OUTSIDE = 'outside the folder';
/** Begins the problem of a value that may mean several files. */
export const AMBIGUOUS = 'ambiguous: ';

const NON_ASCII = /[^\0-\x7f]/;

/** Finds the files that a table names: from the table's folder, the dataset's folder, or a folder below it. */
export class SamplePaths {
  readonly listing: FolderListing;
  /** Folder of the table, relative to the dataset's. */
  readonly tableFolder: string;
  /** Folder that the values are relative to, where it is neither of those; '' where it is. */
  readonly imageFolder: string;
  #spellings: Map<string, string> | null = null;

  constructor(listing: FolderListing, tableFolder: string, imageFolder = '') {
    this.listing = listing;
    this.tableFolder = tableFolder;
    this.imageFolder = imageFolder;
  }

  resolve(value: string): ResolvedPath {
    return (
      this.resolveExactly(value) ?? this.#findByEnd(value) ?? this.#findLoosely(value) ?? this.#missing(value)
    );
  }

  /** A path from the folders that values start from; null where it leads nowhere. */
  resolveExactly(value: string): ResolvedPath | null {
    for (const spelling of spellingsOf(value)) {
      const found = this.#findNear(spelling);
      if (found !== null) return found;
    }
    return null;
  }

  /** On-disk spelling of a relative path, or null where there is no such file. */
  find(relative: string): string | null {
    if (placeOf(this.listing, relative) !== null) return relative;
    if (!NON_ASCII.test(relative)) return null;
    this.#spellings ??= otherSpellings(this.listing);
    return this.#spellings.get(relative.normalize('NFC')) ?? null;
  }

  /** Folders from which a value leads to a file, besides the table's own and the root. */
  foldersHolding(value: string): string[] {
    return [...this.listing.folders.keys()].filter(
      (folder) =>
        folder !== '' && folder !== this.tableFolder && this.find(joinRelative(folder, value)) !== null,
    );
  }

  #findNear(value: string): ResolvedPath | null {
    // Where the values are known to lead comes first: each miss costs a search.
    const bases = this.imageFolder === '' ? [this.tableFolder, ''] : [this.imageFolder, this.tableFolder, ''];
    for (const base of bases) {
      const relative = this.#relativeTo(base, value);
      const path = relative === null ? null : this.find(relative);
      if (path !== null) return this.#found(path);
    }
    return null;
  }

  /** A path from a folder that neither the table nor the user named. */
  #findByEnd(value: string): ResolvedPath | null {
    for (const spelling of spellingsOf(value)) {
      const plain = isAbsolute(spelling) ? null : normalise(spelling);
      if (plain === null || plain === '') continue;
      const found = this.#nearest(indexOf(this.listing).endingIn(plain));
      const [only, ...others] = found;
      if (only === undefined) continue;
      return others.length === 0 ? this.#found(only) : ambiguous(found);
    }
    return null;
  }

  #findLoosely(value: string): ResolvedPath | null {
    const found = indexOf(this.listing).find(value);
    if (found === null) return null;
    const matched = { by: found.by, value: value.trim() };
    const [only, ...others] = 'path' in found ? [found.path] : this.#nearest(found.candidates);
    if (only !== undefined && others.length === 0) return { ...this.#found(only), matched };
    return { ...ambiguous('path' in found ? [] : found.candidates), matched };
  }

  /** Of several files the one below the table's own folder, where there is one alone. */
  #nearest(paths: string[]): string[] {
    if (paths.length < 2 || this.tableFolder === '') return paths;
    const below = paths.filter((path) => path.startsWith(`${this.tableFolder}/`));
    return below.length === 1 ? below : paths;
  }

  #found(path: string): ResolvedPath {
    return this.listing.leavingLinks.has(path) ? { path: '', problem: OUTSIDE } : { path, problem: null };
  }

  #missing(given: string): ResolvedPath {
    const value = spellingsOf(given).at(-1) ?? given;
    const path = this.#relativeTo(this.imageFolder === '' ? this.tableFolder : this.imageFolder, value);
    return path === null ? { path: '', problem: OUTSIDE } : { path, problem: MISSING };
  }

  /** Null where the value leads out of the dataset's folder. */
  #relativeTo(base: string, value: string): string | null {
    if (!isAbsolute(value)) return normalise(joinRelative(base, value));
    const slashed = (folder: string) => folder.replaceAll('\\', '/').replace(/\/$/, '');
    for (const root of [this.listing.root, this.listing.realRoot].map(slashed)) {
      if (value.startsWith(`${root}/`)) return normalise(value.slice(root.length + 1));
    }
    return null;
  }
}

/** One index for all tables of a listing, created when a value first needs it. */
const indices = new WeakMap<FolderListing, PathIndex>();

function indexOf(listing: FolderListing): PathIndex {
  const known = indices.get(listing);
  if (known !== undefined) return known;
  const index = new PathIndex(imagePaths(listing));
  indices.set(listing, index);
  return index;
}

function* imagePaths({ folders }: FolderListing): Generator<string> {
  for (const [folder, { files }] of folders) {
    for (const name of files) if (isImageName(name)) yield joinRelative(folder, name);
  }
}

const NAMED_CANDIDATES = 3;

function ambiguous(candidates: readonly string[]): ResolvedPath {
  const named = candidates.toSorted().slice(0, NAMED_CANDIDATES).join(', ');
  const more = candidates.length > NAMED_CANDIDATES ? ', ...' : '';
  return { path: '', problem: `${AMBIGUOUS}${candidates.length} files have this name: ${named}${more}` };
}

/** An unchanged value, without surrounding space, and with Windows' separators replaced. */
function spellingsOf(value: string): string[] {
  const trimmed = value.trim();
  return [...new Set([value, trimmed, trimmed.replaceAll('\\', '/')])];
}

function isAbsolute(value: string): boolean {
  return value.startsWith('/') || /^[a-z]:[/\\]/i.test(value);
}

/** Without `.` and `..`; null where `..` leads out. */
function normalise(relative: string): string | null {
  const segments: string[] = [];
  for (const segment of relative.split('/')) {
    if (segment === '..' && segments.pop() === undefined) return null;
    if (!['', '.', '..'].includes(segment)) segments.push(segment);
  }
  return segments.join('/');
}
