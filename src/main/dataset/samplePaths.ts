import { looksLikeImagePath } from './fileKinds.ts';
import { type FolderListing, joinRelative, placeOf } from './folderListing.ts';

/** What a table's value refers to. */
export interface ResolvedPath {
  /** Relative to the dataset's folder, as spelt on disk where the file exists; '' for what lies outside. */
  path: string;
  /** Why there is no file to read, else null. */
  problem: string | null;
}

export const MISSING = 'file not found';
export const OUTSIDE = 'outside the folder';

/** So many values are looked for in every folder, where there are many folders. */
const MOST_SEARCHES = 3000;
const FEW_FOLDERS = 64;
const NON_ASCII = /[^\0-\x7f]/;

/** Finds the files that a table names: from the table's folder, the dataset's folder, or a folder below it. */
export class SamplePaths {
  readonly listing: FolderListing;
  /** Folder of the table, relative to the dataset's. */
  readonly tableFolder: string;
  /** Folder that the values are relative to, where it is neither of those; '' where it is. */
  readonly imageFolder: string;
  #composed: Map<string, string> | null = null;
  #searches = 0;

  constructor(listing: FolderListing, tableFolder: string, imageFolder = '') {
    this.listing = listing;
    this.tableFolder = tableFolder;
    this.imageFolder = imageFolder;
  }

  resolve(value: string): ResolvedPath {
    const spellings = spellingsOf(value);
    for (const spelling of spellings) {
      const found = this.#findNear(spelling) ?? this.#findAnywhere(spelling);
      if (found !== null) return found;
    }
    return this.#missing(spellings.at(-1) ?? value);
  }

  /** On-disk spelling of a relative path, or null where there is no such file. */
  find(relative: string): string | null {
    if (placeOf(this.listing, relative) !== null) return relative;
    if (!NON_ASCII.test(relative)) return null;
    this.#composed ??= composedNames(this.listing);
    return this.#composed.get(relative.normalize('NFC')) ?? null;
  }

  /** Folders from which a value leads to a file, the table's own and the root left out. */
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

  #findAnywhere(value: string): ResolvedPath | null {
    if (isAbsolute(value) || !(looksLikeImagePath(value) || value.includes('/'))) return null;
    if (this.listing.folders.size > FEW_FOLDERS && ++this.#searches > MOST_SEARCHES) return null;
    const plain = normalise(value);
    if (plain === null) return null;
    const [only, ...others] = this.foldersHolding(plain);
    if (only === undefined) return null;
    if (others.length > 0) return { path: '', problem: `${others.length + 1} files have this name` };
    return this.#found(this.find(joinRelative(only, plain)) as string);
  }

  #found(path: string): ResolvedPath {
    return this.listing.leavingLinks.has(path) ? { path: '', problem: OUTSIDE } : { path, problem: null };
  }

  #missing(value: string): ResolvedPath {
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

/** A value as it stands, without surrounding space, and with Windows' separators turned. */
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

/** On-disk paths by their composed form (NFC): file systems and tables spell accents in different ways. */
function composedNames(listing: FolderListing): Map<string, string> {
  const names = new Map<string, string>();
  for (const [folder, { files }] of listing.folders) {
    for (const name of files) {
      const path = joinRelative(folder, name);
      if (NON_ASCII.test(path)) names.set(path.normalize('NFC'), path);
    }
  }
  return names;
}
