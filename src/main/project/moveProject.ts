import { existsSync, lstatSync, renameSync } from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import { backupOf } from './backup.ts';
import { moveColumns } from './columnsStamp.ts';
import { explainProjectError } from './explainProjectError.ts';
import { moveFeatures } from './featureStore.ts';
import { realName } from './filePlace.ts';
import { openForWriting } from './openDatabase.ts';
import { WriterLock } from './writerLock.ts';

/**
 * Gives a project file, with its backup, its features and its columns, another name that is still free. Both names are locked meanwhile.
 * @throws AppError `project-locked`, or one of the disk: then nothing was moved
 */
export function moveProject(from: string, to: string): void {
  const locks: WriterLock[] = [];
  try {
    locks.push(WriterLock.acquire(realName(from)), WriterLock.acquire(realName(to)));
    if (existsSync(to)) {
      throw new AppError('bad-request', `${to} exists`, 'Choose another project file with --project.');
    }
    openForWriting(realName(from)).close(); // its log is written back
    const isLink = lstatSync(from).isSymbolicLink();
    renameSync(from, to);
    if (isLink) return; // everything else is next to the link's target
    if (existsSync(backupOf(from))) renameSync(backupOf(from), backupOf(to));
    moveFeatures(from, to);
    moveColumns(from, to);
  } catch (error) {
    throw explainProjectError(error, from);
  } finally {
    for (const lock of locks) lock.release();
  }
}
