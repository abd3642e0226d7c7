import { accessSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { AppError } from '../../domain/errors.ts';
import { SIDE_FILES } from './backup.ts';
import { missingScoreColumns } from './flagsTable.ts';
import { isOlder, ownVersion } from './migrations.ts';
import { openForWriting, openReadOnly } from './openDatabase.ts';
import { WriterLock } from './writerLock.ts';

/** A project file that is open for reading. */
export interface ReadDatabase {
  database: Database.Database;
  close(): void;
}

/**
 * Opens a project file for reading, next to a process that may be writing it. If nothing can be written
 * beside the file (SQLite must, even to read), or another version is writing it, a copy in the system's
 * temporary folder is opened.
 */
export function openForReading(file: string): ReadDatabase {
  let database: Database.Database;
  try {
    database = openReadOnly(file);
  } catch (error) {
    if (isReadableAllTheSame(file, error)) return readCopy((copy) => copyFiles(file, copy));
    throw error;
  }
  try {
    ownVersion(database, file);
    const isComplete = !isOlder(database) && missingScoreColumns(database).length === 0;
    if (isComplete) return { database, close: () => database.close() };
    if (!bringUpToDate(file)) {
      return copyForReading(database);
    }
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return openForReading(file);
}

/** A copy that can be changed, in the system's temporary folder: the project file keeps what it has. */
export function copyForReading(database: Database.Database): ReadDatabase {
  return readCopy((copy) => void database.prepare('VACUUM INTO ?').run(copy));
}

/** @returns whether it could be: not while it is in use, nor where nothing can be written */
function bringUpToDate(file: string): boolean {
  let lock: WriterLock | undefined;
  try {
    lock = WriterLock.acquire(file);
    openForWriting(file).close();
    return true;
  } catch (error) {
    if (error instanceof AppError && (lock === undefined || error.code === 'project-locked')) return false;
    throw error;
  } finally {
    lock?.release();
  }
}

function isReadableAllTheSame(file: string, error: unknown): boolean {
  if (!(error instanceof AppError) || !['read-only', 'no-permission'].includes(error.code)) return false;
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The log of a writer that was killed belongs to the project. */
function copyFiles(file: string, copy: string): void {
  copyFileSync(file, copy, constants.COPYFILE_FICLONE);
  for (const end of SIDE_FILES) {
    if (end !== '-shm' && existsSync(file + end)) copyFileSync(file + end, copy + end);
  }
}

function readCopy(fill: (copy: string) => void): ReadDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'grefel-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'project.sqlite');
    fill(copy);
    const database = openForWriting(copy);
    process.once('exit', remove);
    return {
      database,
      close: () => {
        database.close();
        process.off('exit', remove);
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
