import { constants } from 'node:fs';
import { access, open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { explainStorageError, isFailureOfPlace } from '../../domain/storageFailures.ts';
import { isPassingFileProblem } from '../images/index.ts';

/** Number of recently read images that are checked again when others cannot be read. */
const REMEMBERED = 8;
/** Number of listed files that are checked if none has been read yet. */
export const PROBED_FILES = 16;
/** With fewer files missing at once, the files are to blame rather than where they are. */
const FEWEST_MISSING = 4;

const HINT =
  'Connect the drive again, or check the permissions of the folder, then continue. Nothing is lost.';

/** An attempt to read an image: its file, and the result. */
interface ReadAttempt {
  path: string;
  problem: string | null;
}

/**
 * Distinguishes a failed place (a missing drive, a lost network, a folder without permission) from failed
 * files: images are not blamed for their place.
 */
export class PlaceWatch {
  readonly #folder: string;
  readonly #listed: () => string[];
  #identity: string | null = null;
  readonly #read: string[] = [];

  /**
   * @param listed some files that existed when the dataset was listed, for the time before any has been read
   */
  constructor(folder: string, listed: () => string[] = () => []) {
    this.#folder = folder;
    this.#listed = listed;
  }

  /**
   * Remembers the folder's identity, because an empty folder may be left where a drive was mounted. @throws
   * AppError if it cannot be read
   */
  async begin(): Promise<void> {
    this.#identity ??= await this.#identify();
  }

  /**
   * Checks whether unreadable files failed because of their place.
   * @param attempts those of one batch, paths relative to the folder
   * @returns those that can be read now
   * @throws AppError `folder-missing`, `device-failed`, `no-permission`, `too-many-files`, ...
   */
  async check(attempts: readonly ReadAttempt[]): Promise<Set<string>> {
    const failed = attempts.filter(({ problem }) => problem !== null && isPassingFileProblem(problem));
    const sound = attempts.filter(({ problem }) => problem === null).map(({ path }) => path);
    this.#read.push(...sound.slice(-REMEMBERED));
    this.#read.splice(0, Math.max(0, this.#read.length - REMEMBERED));
    if (failed.length === 0) return new Set();
    if ((await this.#identify()) !== this.#identity) throw this.#gone();
    const codes = await Promise.all(failed.map(({ path }) => this.#failureOf(path)));
    const ofPlace = codes.find((error) => isFailureOfPlace(codeOf(error)) && codeOf(error) !== 'EIO');
    if (ofPlace != null) throw explain(ofPlace, this.#folder);
    const back = new Set(failed.filter((_, index) => codes[index] === null).map(({ path }) => path));
    // One bad sector is one file's problem, as long as others can still be read.
    const doubtful = codes.filter((error) => error !== null);
    const first = doubtful[0];
    if (first == null || sound.length > 0) return back;
    const isDisk = codeOf(first) === 'EIO';
    if (!isDisk && doubtful.length < FEWEST_MISSING) return back;
    const known = this.#read.length > 0 ? this.#read : this.#listed();
    if (!isDisk && known.length === 0) return back;
    const others = await Promise.all(known.map((path) => this.#failureOf(path)));
    if (others.some((error) => error === null)) return back;
    throw codeOf(first) === 'ENOENT' ? this.#gone() : explain(first, this.#folder);
  }

  /** Whether the folder is still the one that it was. @throws AppError where it is not */
  async checkFolder(): Promise<void> {
    if ((await this.#identify()) !== this.#identity) throw this.#gone();
  }

  async #identify(): Promise<string> {
    try {
      const { dev, ino } = await stat(this.#folder, { bigint: true });
      await access(this.#folder, constants.R_OK | constants.X_OK);
      const folder = await opendir(this.#folder);
      await folder.read();
      await folder.close();
      return `${dev}:${ino}`;
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') throw this.#gone(error);
      throw explain(error, this.#folder);
    }
  }

  /** Error of reading a file's first byte; null if it can be read. */
  async #failureOf(path: string): Promise<unknown> {
    try {
      await using file = await open(join(this.#folder, path));
      if ((await file.stat()).isFile()) await file.read(Buffer.alloc(1), 0, 1, 0);
      return null;
    } catch (error) {
      return error;
    }
  }

  #gone(cause?: unknown): AppError {
    return new AppError('folder-missing', `${this.#folder} is gone`, HINT, { cause });
  }
}

function explain(error: unknown, folder: string): unknown {
  const explained = explainStorageError(error, folder);
  return explained === null ? error : new AppError(explained.code, explained.message, HINT, { cause: error });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}

interface Placed {
  id: number;
  path: string;
}

type Attempted = { id: number; file: object | null } & ({ ok: true } | { ok: false; problem: string });

/**
 * Reads files, and once more those that only seemed to fail.
 * @throws AppError as PlaceWatch.check, if their place has failed
 */
export async function readInPlace<Item extends Placed, Result extends Attempted>(
  place: PlaceWatch,
  items: Item[],
  read: (items: Item[]) => Promise<Result[]>,
): Promise<Result[]> {
  await place.begin();
  const results = await read(items);
  const problems = new Map(results.map((result) => [result.id, result.ok ? null : result.problem]));
  const back = await place.check(items.map(({ id, path }) => ({ path, problem: problems.get(id) ?? null })));
  if (back.size === 0) return results;
  const again = new Map(
    (await read(items.filter(({ path }) => back.has(path)))).map((result) => [result.id, result]),
  );
  return results.map((result) => again.get(result.id) ?? result);
}
