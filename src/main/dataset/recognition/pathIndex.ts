import type { MatchKind } from '../../../domain/pathMatches.ts';
import { looksLikeImagePath } from './fileKinds.ts';
import { splitFamily } from './splitNames.ts';

interface PathMatch {
  path: string;
  by: MatchKind;
}

/** The files that one name may mean. */
interface AmbiguousPath {
  candidates: string[];
  by: MatchKind;
}

/**
 * Finds files by foreign names: another machine's folders, a URL, another extension, none at all, another
 * case. A name matches only if it identifies one file: the end of the path decides, then the file name, then
 * the name without its extension.
 */
export class PathIndex {
  readonly #paths: readonly string[];
  readonly #byName = new Map<string, number[]>();
  #byStem: Map<string, number[]> | null = null;
  #byNumber: Map<string, number[]> | null = null;

  constructor(paths: Iterable<string>) {
    this.#paths = [...paths];
    for (const [index, path] of this.#paths.entries()) addTo(this.#byName, fold(nameOf(path)), index);
  }

  /** Null where no file is called so. */
  find(value: string): PathMatch | AmbiguousPath | null {
    const segments = segmentsOf(value);
    const name = segments.at(-1);
    if (name === undefined) return null;
    const folders = segments.slice(0, -1);
    const named = this.#fitting(this.#byName.get(name), folders);
    if (named !== null) return this.#choose(named, 'name');
    const stem = stemOf(name);
    const stemmed = this.#fitting(this.#stems().get(stem), folders);
    if (stemmed !== null) return this.#choose(stemmed, 'stem');
    const number = numberKey(stem);
    const numbered = number === null ? null : this.#fitting(this.#numbers().get(number), folders);
    return numbered === null ? null : this.#choose(numbered, 'stem');
  }

  /** Files whose path ends in exactly these characters after a `/`, or equals them. */
  endingIn(value: string): string[] {
    const indices = this.#byName.get(fold(nameOf(value))) ?? [];
    const paths = indices.map((index) => this.#paths[index] as string);
    // Two files may differ in the form of their accents alone.
    const exact = paths.filter((path) => `/${path}`.endsWith(`/${value}`));
    if (exact.length > 0) return exact;
    const end = value.normalize('NFC');
    return paths.filter((path) => `/${path.normalize('NFC')}`.endsWith(`/${end}`));
  }

  /** The files that share most of the folders at the end of the path; null if it is ambiguous. */
  #fitting(indices: readonly number[] | undefined, folders: readonly string[]) {
    let shared = 0;
    let best: string[] = [];
    for (const index of indices ?? []) {
      const path = this.#paths[index] as string;
      const own = path.split('/').slice(0, -1).map(fold);
      if (areOfOtherSplits(own, folders)) continue;
      const count = sharedEnd(own, folders);
      if (count > shared) best = [];
      if (count >= shared) best.push(path);
      shared = Math.max(shared, count);
    }
    return best.length === 0 ? null : { candidates: best, shared };
  }

  #choose(
    { candidates, shared }: { candidates: string[]; shared: number },
    by: 'name' | 'stem',
  ): PathMatch | AmbiguousPath {
    const [path, ...others] = candidates;
    const kind = by === 'name' && shared > 0 ? 'end' : by;
    return path === undefined || others.length > 0 ? { candidates, by: kind } : { path, by: kind };
  }

  #stems(): Map<string, number[]> {
    this.#byStem ??= this.#keyed((name) => stemOf(name));
    return this.#byStem;
  }

  #numbers(): Map<string, number[]> {
    this.#byNumber ??= this.#keyed((name) => numberKey(stemOf(name)));
    return this.#byNumber;
  }

  #keyed(keyOf: (name: string) => string | null): Map<string, number[]> {
    const keyed = new Map<string, number[]>();
    for (const [name, indices] of this.#byName) {
      const key = keyOf(name);
      if (key !== null) for (const index of indices) addTo(keyed, key, index);
    }
    return keyed;
  }
}

/** Without case and with one form of accents: tables cross file systems that keep neither. */
function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Folders and name of a path, a URL or a Windows path, case-folded; without `..` and drives. */
function segmentsOf(value: string): string[] {
  const trimmed = value.trim();
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(trimmed);
  // Label Studio serves local files as `/data/local-files/?d=folder/a.jpg`.
  const inQuery = /[?&](?:d|path|file)=([^&#]+)/.exec(trimmed)?.[1];
  const plain =
    inQuery ?? (isUrl ? trimmed.replace(/^[a-z0-9+.-]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '') : trimmed);
  return decoded(plain, isUrl || inQuery !== undefined)
    .split(/[\\/]+/)
    .map((segment) => fold(segment.trim()))
    .filter((segment) => !['', '.', '..'].includes(segment) && !/^[a-z]:$/.test(segment));
}

function decoded(text: string, isEncoded: boolean): string {
  if (!isEncoded) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a `%` that encodes nothing
  }
}

function sharedEnd(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  while (count < Math.min(left.length, right.length) && left.at(-1 - count) === right.at(-1 - count))
    count += 1;
  return count;
}

/** `train/1.jpg` never means `test/1.jpg`, however unique the name is. */
function areOfOtherSplits(left: readonly string[], right: readonly string[]): boolean {
  const [own, others] = [left, right].map((folders) =>
    folders.flatMap((folder) => splitFamily(folder) ?? []),
  ) as [string[], string[]];
  return own.length > 0 && others.length > 0 && !own.some((family) => others.includes(family));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Without the extension of an image; `img.001` is no name with the extension `001`. */
function stemOf(name: string): string {
  return looksLikeImagePath(name) ? name.replace(/\.[^.]+$/, '') : name;
}

/** Spreadsheets and pandas turn `00012` into `12` or `12.0`. */
function numberKey(stem: string): string | null {
  const digits = /^(\d+)(?:\.0*)?$/.exec(stem)?.[1];
  return digits === undefined ? null : digits.replace(/^0+(?=\d)/, '');
}

function addTo(map: Map<string, number[]>, key: string, index: number): void {
  const indices = map.get(key);
  if (indices === undefined) map.set(key, [index]);
  else indices.push(index);
}
