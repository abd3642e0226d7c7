import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';

/**
 * One writer at a time on a project file.
 *
 * The lock is an exclusive SQLite transaction on a small file beside the project, so the operating system
 * releases it the moment its holder dies, however it dies.
 */
export class WriterLock {
  readonly #database: Database.Database;
  readonly #holderFile: string;

  private constructor(database: Database.Database, holderFile: string) {
    this.#database = database;
    this.#holderFile = holderFile;
  }

  /** @throws AppError `project-locked` where another process holds it. */
  static acquire(projectFile: string): WriterLock {
    const holderFile = holderFileOf(projectFile);
    const database = new Database(`${projectFile}-lock`, { timeout: 300 });
    try {
      database.pragma('journal_mode = MEMORY');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw error;
      throw new AppError(
        'project-locked',
        `${projectFile} is in use by another GReFEL Relabel${holderText(holderFile)}`,
        'Close that one first, or give this one a project file of its own with --project.',
        { cause: error },
      );
    }
    writeHolder(holderFile);
    return new WriterLock(database, holderFile);
  }

  /** @param isClean false leaves a sign for the next one that the file may not be as it should */
  release({ isClean = true } = {}): void {
    if (!this.#database.open) return;
    if (isClean) removeQuietly(this.#holderFile);
    this.#database.close();
  }
}

/** Whether the last writer of a project gave its lock back, rather than having been killed or holding it still. */
export function wasReleased(projectFile: string): boolean {
  return !existsSync(holderFileOf(projectFile));
}

function holderFileOf(projectFile: string): string {
  return `${projectFile}-holder`;
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Read-only by now: the next one checks the whole project, which takes a moment.
  }
}

/** Only a courtesy to whoever finds the lock taken: on a full disk the lock holds all the same. */
function writeHolder(holderFile: string): void {
  try {
    writeFileSync(holderFile, `process ${process.pid} on ${hostname()}`);
  } catch {
    // Only a courtesy.
  }
}

function holderText(holderFile: string): string {
  try {
    const holder = readFileSync(holderFile, 'utf8').trim();
    return holder === '' ? '' : ` (${holder})`;
  } catch {
    return ''; // only a courtesy: the holder may not have written it yet
  }
}
