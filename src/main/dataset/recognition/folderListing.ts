import { type BigIntStats, type Dirent, realpathSync } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorMessage } from '../../../domain/errors.ts';
import { formatCount } from '../../../domain/plural.ts';
import {
  beginsLikeImage,
  FileStamps,
  isInside,
  nameFromBytes,
  openRegularFile,
  SIGNATURE_BYTES,
  type StampedPlace,
} from '../../files/index.ts';
import { compareCodePoints, sortByCodePoints } from './codePoints.ts';

/** The direct contents of one folder, names in code-point order. */
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
  /** Which of its files may be opened; with the stamps of its folders and of the files opened so far. */
  place: StampedPlace;
  folders: ReadonlyMap<string, ListedFolder>;
  /** Links that leave the folder and are not followed. Those to files are listed among the files, too. */
  leavingLinks: ReadonlySet<string>;
  /** Links to folders that are listed already under another path. */
  repeatedLinks: string[];
  /** Pipes, devices and sockets: they are not listed. */
  specialFiles: string[];
  /** Folders that could not be opened. */
  unreadableFolders: string[];
}

interface Visit {
  relative: string;
  /** As the file system has it: names need not be UTF-8. */
  onDisk: Buffer;
}

const SKIPPED_NAMES = new Set(['thumbs.db', 'desktop.ini', '__macosx', '@eadir', '$recycle.bin', 'icon\r']);
/** Entries of a folder that are listed at once. */
const READ_AHEAD = 512;
/** Links followed by mistake may lead to a whole disk. */
const MOST_ENTRIES = 20_000_000;

/**
 * Lists a dataset's folder. Hidden files and leftovers of operating systems are skipped, and each folder is
 * listed once, however many links lead to it. Links out of the folder are followed if the user allows it.
 *
 * @throws AppError `folder-missing` or `folder-unreadable`.
 */
export async function listFolder(folder: string, { followLinks = false } = {}): Promise<FolderListing> {
  const root = path.resolve(folder);
  const realRoot = await openRoot(root);
  return new FolderWalk(root, realRoot, followLinks).walk();
}

/** One walk through a folder. */
class FolderWalk {
  readonly #root: string;
  readonly #onDisk: Buffer;
  readonly #followLinks: boolean;
  readonly #place: StampedPlace;
  readonly #folders = new Map<string, ListedFolder>();
  readonly #leavingLinks = new Set<string>();
  readonly #repeatedLinks: string[] = [];
  readonly #specialFiles: string[] = [];
  readonly #unreadableFolders: string[] = [];
  readonly #visited = new Set<string>();
  #waiting: Visit[];
  /** Links to folders: a folder's own path comes before the links to it, whatever their order on the disk. */
  #linked: Visit[] = [];
  #entries = 0;
  #bareLooked = 0;

  constructor(root: string, onDisk: Buffer, followLinks: boolean) {
    this.#root = root;
    this.#onDisk = onDisk;
    this.#followLinks = followLinks;
    this.#place = { folder: root, followsLinks: followLinks, stamps: new FileStamps() };
    this.#waiting = [{ relative: '', onDisk }];
  }

  async walk(): Promise<FolderListing> {
    for (;;) {
      const visit = this.#waiting.pop();
      if (visit !== undefined) await this.#visit(visit);
      else if (this.#linked.length > 0) await this.#takeLinks();
      else break;
    }
    return {
      root: this.#root,
      realRoot: realpathSync(this.#root),
      place: this.#place,
      folders: this.#folders,
      leavingLinks: this.#leavingLinks,
      repeatedLinks: sortByCodePoints(this.#repeatedLinks),
      specialFiles: sortByCodePoints(this.#specialFiles),
      unreadableFolders: sortByCodePoints(this.#unreadableFolders),
    };
  }

  /** The folders that links found so far lead to, as far as they were not listed. */
  async #takeLinks(): Promise<void> {
    const links = this.#linked.sort((a, b) => compareCodePoints(a.relative, b.relative));
    this.#linked = [];
    for (const link of links) {
      const found = await identify(link.onDisk).catch(() => null); // gone meanwhile
      if (found === null || this.#visited.has(found.identity)) {
        this.#repeatedLinks.push(link.relative);
        continue;
      }
      const { folders } = this.#folders.get(parentOf(link.relative)) as ListedFolder;
      folders.push(nameOf(link.relative));
      sortByCodePoints(folders);
      await this.#visit(link);
    }
  }

  async #visit(visit: Visit): Promise<void> {
    const listed: ListedFolder = { files: [], folders: [] };
    this.#folders.set(visit.relative, listed);
    try {
      const { facts, identity } = await identify(visit.onDisk);
      this.#place.stamps.add(path.join(this.#root, visit.relative), facts);
      this.#visited.add(identity);
      for await (const entry of await openEntries(visit.onDisk)) await this.#take(visit, listed, entry);
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (visit.relative === '') throw unreadable(this.#root, error);
      this.#unreadableFolders.push(visit.relative);
    }
    listed.files = await this.#withoutBareOthers(visit, listed.files);
    sortByCodePoints(listed.files);
    sortByCodePoints(listed.folders);
  }

  /**
   * Some collections have images without an extension. Their content is checked; if there are very many, that of a
   * sample: if none of it is an image, none of the files are.
   */
  async #withoutBareOthers(visit: Visit, files: string[]): Promise<string[]> {
    const bare = files.filter((name) => !name.includes('.'));
    if (bare.length === 0) return files;
    const most = this.#bareLooked > MOST_BARE_IN_ALL ? FEWEST_BARE : MOST_BARE;
    const step = Math.max(1, bare.length / most);
    const looked = Array.from(
      { length: Math.min(most, bare.length) },
      (_, at) => bare[Math.floor(at * step)] as string,
    );
    this.#bareLooked += looked.length;
    const others = new Set<string>();
    for (const name of looked) {
      const file = path.join(this.#root, joinRelative(visit.relative, name));
      if (!(await mayBeImage(file, this.#place))) others.add(name);
    }
    if (others.size === 0) return files;
    if (others.size === looked.length) return files.filter((name) => name.includes('.'));
    return files.filter((name) => !others.has(name));
  }

  async #take(visit: Visit, listed: ListedFolder, entry: Dirent<Buffer>): Promise<void> {
    const name = nameFromBytes(entry.name);
    if (isSkipped(name)) return;
    if (++this.#entries > MOST_ENTRIES) throw tooMany(this.#root);
    const relative = joinRelative(visit.relative, name);
    const onDisk = Buffer.concat([visit.onDisk, SEPARATOR, entry.name]);
    if (entry.isFile()) listed.files.push(name);
    else if (entry.isDirectory()) {
      listed.folders.push(name);
      this.#waiting.push({ relative, onDisk });
    } else if (entry.isSymbolicLink()) await this.#takeLink(listed, name, relative, onDisk);
    else this.#specialFiles.push(relative);
  }

  async #takeLink(listed: ListedFolder, name: string, relative: string, onDisk: Buffer): Promise<void> {
    const target = await realpath(onDisk, { encoding: 'buffer' }).catch(() => null);
    const facts = target === null ? null : await stat(target).catch(() => null);
    if (target === null || facts === null) {
      listed.files.push(name); // broken: reading it will report that
      return;
    }
    const leaves = !this.#followLinks && !isInside(target, this.#onDisk);
    if (leaves) this.#leavingLinks.add(relative);
    if (facts.isFile()) listed.files.push(name);
    else if (!facts.isDirectory()) this.#specialFiles.push(relative);
    else if (!leaves) this.#linked.push({ relative, onDisk: target });
  }
}

/** Most files without an extension that are checked, in one folder and in total. */
const MOST_BARE = 256;
const MOST_BARE_IN_ALL = 5000;
/** Most that are checked in each further folder. */
const FEWEST_BARE = 8;

/** An empty file, or one that cannot be opened, is listed: it may be an image that was lost. */
async function mayBeImage(file: string, place: StampedPlace): Promise<boolean> {
  try {
    await using handle = await openRegularFile(file, place);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(SIGNATURE_BYTES), position: 0 });
    return bytesRead === 0 || beginsLikeImage(buffer.subarray(0, bytesRead));
  } catch {
    return true;
  }
}

const SEPARATOR = Buffer.from(path.sep);

function openEntries(folder: Buffer): Promise<AsyncIterable<Dirent<Buffer>>> {
  // The types know of names as text alone.
  const options = { encoding: 'buffer', bufferSize: READ_AHEAD } as unknown as { bufferSize: number };
  return opendir(folder as unknown as string, options) as unknown as Promise<AsyncIterable<Dirent<Buffer>>>;
}

/** A folder's facts, and what identifies it, whatever path leads to it. */
async function identify(folder: Buffer): Promise<{ facts: BigIntStats; identity: string }> {
  const facts = await stat(folder, { bigint: true });
  const { dev, ino } = facts;
  // Some network drives number nothing.
  const identity =
    ino === 0n ? (await realpath(folder, { encoding: 'buffer' })).toString('latin1') : `${dev}:${ino}`;
  return { facts, identity };
}

function parentOf(relative: string): string {
  return relative.slice(0, Math.max(0, relative.lastIndexOf('/')));
}

function nameOf(relative: string): string {
  return relative.slice(relative.lastIndexOf('/') + 1);
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

/** The listed path with exactly this spelling, or null. */
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

function isSkipped(name: string): boolean {
  return name.startsWith('.') || SKIPPED_NAMES.has(name.toLowerCase());
}

async function openRoot(root: string): Promise<Buffer> {
  try {
    const real = await realpath(root, { encoding: 'buffer' });
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(root, error);
    throw new AppError(
      'folder-missing',
      `there is no folder ${root}`,
      'Check the path, or connect its drive.',
    );
  }
  throw new AppError('folder-missing', `${root} is a file`, 'Choose the folder with the images.');
}

function unreadable(folder: string, cause: unknown): AppError {
  const message = `cannot read the folder ${folder}: ${errorMessage(cause)}`;
  return new AppError('folder-unreadable', message, 'Check its permissions.', { cause });
}

function tooMany(root: string): AppError {
  return new AppError(
    'folder-unreadable',
    `${root} has more than ${formatCount(MOST_ENTRIES)} files`,
    'Choose the folder of one dataset. Links that are followed may lead to a whole disk.',
  );
}
