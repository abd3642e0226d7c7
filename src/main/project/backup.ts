import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { isSound, newestAction } from './soundness.ts';

/** Pages copied in one turn of the event loop: a few milliseconds. */
const PAGES_AT_ONCE = 400;
/** Files that SQLite keeps next to a database while it is in use. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** Where the backup of a project file is kept. */
export function backupOf(file: string): string {
  return `${file}.last-good`;
}

/** When the backup was made; null if there is none. */
export function backupTime(file: string): Date | null {
  return statSync(backupOf(file), { throwIfNoEntry: false })?.mtime ?? null;
}

export function hasBackup(file: string): boolean {
  return existsSync(backupOf(file));
}

/**
 * Copies an open project beside it, in slices, while it may be written. The copy replaces the previous one
 * only if its log of decisions is intact: damage must not replace an intact backup. Nor does a shorter log, which
 * belongs to another project; the previous copy is then kept under the time at which it was found.
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

/** Deletes a database file with SQLite's files next to it. */
export function removeDatabase(file: string): void {
  rmSync(file, { force: true });
  removeSideFiles(file);
}

/** Only for a file that nobody has open and whose log was written back. */
export function removeSideFiles(file: string): void {
  for (const end of SIDE_FILES) rmSync(file + end, { force: true });
}

/** For the name of a file that is kept. */
export function timeStamp(): string {
  return new Date().toISOString().replaceAll(/[:.]/g, '-');
}
