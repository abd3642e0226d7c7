import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/**
 * One writer at a time on a project file.
 *
 * The lock is an exclusive SQLite transaction on a small file beside the project, so the operating system
 * gives it back the moment its holder dies, however it dies.
 */
export class WriterLock {
  #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws AppError `project-locked` where another process holds it. */
  static acquire(projectFile: string): WriterLock {
    const holderFile = `${projectFile}-holder`;
    const database = new Database(`${projectFile}-lock`, { timeout: 300 });
    try {
      database.pragma('journal_mode = MEMORY');
      database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
      throw new AppError(
        'project-locked',
        `${projectFile} is in use by another GReFEL Relabel${holderText(holderFile)}`,
        'Close that one first, or give this one a project file of its own with --project.',
        { cause: error },
      );
    }
    writeFileSync(holderFile, `process ${process.pid} on ${hostname()}`);
    return new WriterLock(database);
  }

  release(): void {
    if (this.#database.open) this.#database.close();
  }
}

function holderText(holderFile: string): string {
  try {
    return ` (${readFileSync(holderFile, 'utf8')})`;
  } catch {
    return ''; // only a courtesy: the holder may not have written it yet
  }
}
