import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isSound, newestAction } from './soundness.ts';

/** Pages copied in one turn of the event loop: a few milliseconds. */
const PAGES_AT_ONCE = 400;
/** What SQLite keeps beside a file while it is in use. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** Where the backup of a project file is kept. */
export function backupOf(file: string): string {
  return `${file}.last-good`;
}

/** When the backup was made; null where there is none. */
export function backupTime(file: string): Date | null {
  return statSync(backupOf(file), { throwIfNoEntry: false })?.mtime ?? null;
}

export function hasBackup(file: string): boolean {
  return existsSync(backupOf(file));
}

/**
 * Copies an open project beside it, in slices, while it may be written. The copy takes the place of the one before
 * only where its log of verdicts is sound: damage must not push out what is good. Nor does a shorter log: it is that
 * of another project, and the copy before is kept under the time at which it was found.
 */
export async function keepBackup(database: Database.Database, file: string): Promise<void> {
  const copy = `${backupOf(file)}.new`;
  removeDatabase(copy);
  try {
    await database.backup(copy, { progress: () => PAGES_AT_ONCE });
    if (!isSound(copy)) return;
    if (existsSync(backupOf(file)) && newestAction(backupOf(file)) > newestAction(copy)) {
      renameSync(backupOf(file), `${backupOf(file)}-${timeStamp()}`);
    }
    renameSync(copy, backupOf(file));
  } finally {
    removeDatabase(copy);
  }
}

/** Takes a database file away with what SQLite keeps beside it. */
export function removeDatabase(file: string): void {
  rmSync(file, { force: true });
  removeSideFiles(file);
}

/** Only of a file that nobody has open and whose log was written back. */
export function removeSideFiles(file: string): void {
  for (const end of SIDE_FILES) rmSync(file + end, { force: true });
}

/** For the name of a file that is kept. */
export function timeStamp(): string {
  return new Date().toISOString().replaceAll(/[:.]/g, '-');
}
