import { existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';

/** As many links in a row as systems follow. */
const MOST_LINKS = 40;

/**
 * The real path of a project file, whatever link leads to it: lock, log and backup are next to it. Also for a
 * file that does not exist yet.
 */
export function realName(file: string, linksLeft = MOST_LINKS): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  if (linksLeft > 0 && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) {
    return realName(resolve(dirname(file), readlinkSync(file)), linksLeft - 1);
  }
  const folder = dirname(resolve(file));
  return folder === resolve(file) ? folder : join(realName(folder, linksLeft), basename(file));
}

/**
 * Refuses a file with a second name that is no link: SQLite keeps its log next to the name by which it was
 * opened, so two names have two logs, and neither sees the other's lock or log.
 * @throws AppError `project-locked`; `path-invalid` for what is no file
 */
export function refuseSecondName(file: string): void {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts !== undefined && !facts.isFile()) {
    const kind = facts.isDirectory() ? 'a folder' : 'a device, a pipe or a socket';
    throw new AppError(
      'path-invalid',
      `${file} is ${kind}, not a project file`,
      'Name a file with --project; it is created if there is none.',
    );
  }
  if ((facts?.nlink ?? 1) <= 1) return;
  throw new AppError(
    'project-locked',
    `${file} is also stored under another name (a hard link), where another GReFEL Relabel may be writing it`,
    'Delete the other name, or replace this file by a copy of it (cp). Nothing was changed.',
  );
}

/**
 * Makes a folder and those above it. Node's own way never returns where a file system answers that a new folder does not exist, as
 * /proc and some network mounts do.
 */
export function makeFolder(folder: string): void {
  const parent = dirname(resolve(folder));
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** That the file which is open is still the one under its name: SQLite would write on to one that was moved or deleted. */
export class FilePlace {
  readonly #path: string;
  readonly #opened: string | null;

  constructor(path: string) {
    this.#path = path;
    this.#opened = identity(path);
  }

  /** @throws AppError `project-moved` */
  check(): void {
    const now = identity(this.#path);
    if (now === this.#opened) return;
    const what = now === null ? 'was moved or deleted' : 'was replaced by another file';
    throw new AppError(
      'project-moved',
      `the project file ${this.#path} ${what} while it was open, so nothing more can be saved in it`,
      now === null
        ? 'Put it back and try again, or open the dataset again.'
        : 'Put the original file back and try again, or open the dataset again.',
    );
  }
}

/** The file's identity behind a name; null if there is none. */
function identity(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
}
