import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';

/** Pages copied in one turn of the event loop: a few milliseconds. */
const PAGES_AT_ONCE = 400;
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** Where the last good copy of a project file is kept. */
export function goodCopyOf(file: string): string {
  return `${file}.last-good`;
}

/** When the last good copy was made; null where there is none. */
export function goodCopyTime(file: string): Date | null {
  return statSync(goodCopyOf(file), { throwIfNoEntry: false })?.mtime ?? null;
}

/**
 * Copies an open project beside it, in slices, while it may be written. The copy takes the place of the one before
 * only where its log of verdicts is sound: damage must not push out what is good.
 */
export async function keepGoodCopy(database: Database.Database, file: string): Promise<void> {
  const copy = `${goodCopyOf(file)}.new`;
  rmSync(copy, { force: true });
  await database.backup(copy, { progress: () => PAGES_AT_ONCE });
  if (isSound(copy)) renameSync(copy, goodCopyOf(file));
  else rmSync(copy, { force: true });
}

/**
 * Puts the last good copy in the place of a damaged project file, which is kept beside it.
 * @throws AppError `not-found` where there is no copy
 */
export async function restoreGoodCopy(file: string): Promise<void> {
  const copy = goodCopyOf(file);
  if (!existsSync(copy)) {
    throw new AppError('not-found', `there is no good copy of ${file}`, 'Move the file away to begin anew.');
  }
  const aside = `${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  for (const end of ['', ...SIDE_FILES]) {
    if (existsSync(file + end)) renameSync(file + end, aside + end);
  }
  await copyFile(copy, file);
}

function isSound(file: string): boolean {
  const database = new Database(file, { readonly: true });
  try {
    const checks = ['verdicts', 'actions', 'classes'].map((table) =>
      database.pragma(`quick_check(${table})`, { simple: true }),
    );
    return checks.every((answer) => answer === 'ok');
  } catch {
    return false; // so damaged that it cannot be looked at
  } finally {
    database.close();
  }
}
