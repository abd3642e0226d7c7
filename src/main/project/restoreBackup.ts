import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { AppError } from '../../domain/errors.ts';
import { backupOf, removeDatabase, removeSideFiles, SIDE_FILES, timeStamp } from './backup.ts';
import { isSound } from './soundness.ts';

/**
 * Replaces a damaged project file by its backup; the damaged file is kept beside it. The caller holds the
 * writer's lock. Nothing is moved before a complete copy of the backup is on the disk and was checked, so
 * that a full disk or a power cut at any moment leaves the project or its backup where they were.
 * @returns where the damaged file is kept; null if there was none
 * @throws AppError `not-found` if there is no backup, `project-invalid` if it is damaged itself
 */
export function restoreBackup(file: string): string | null {
  const backup = backupOf(file);
  if (!existsSync(backup)) {
    throw new AppError('not-found', `there is no backup of ${file}`, 'Move the file away to start again.');
  }
  const target = existsSync(file) ? realpathSync(file) : file; // a link stays one
  const copy = `${target}.restoring`;
  removeDatabase(copy);
  try {
    copyFileSync(backup, copy, constants.COPYFILE_FICLONE);
    writeThrough(copy);
    if (statSync(copy).size !== statSync(backup).size || !isSound(copy)) {
      throw new AppError(
        'project-invalid',
        `the backup ${backup} is damaged too`,
        'Nothing was changed. Restore both files from a backup of your own, or move them away to start again.',
      );
    }
    removeSideFiles(copy); // left by the check
    return replace(target, copy);
  } finally {
    removeDatabase(copy);
  }
}

/** @returns the new name of the previous file; null if there was none */
function replace(file: string, copy: string): string | null {
  if (!existsSync(file)) {
    moveLogs(file, `${file}.damaged-${timeStamp()}`);
    renameSync(copy, file);
    return null;
  }
  const aside = `${file}.damaged-${timeStamp()}`;
  secondName(file, aside);
  const logs = moveLogs(file, aside);
  try {
    renameSync(copy, file);
  } catch (error) {
    for (const end of logs) renameSync(aside + end, file + end);
    if (existsSync(file)) rmSync(aside, { force: true });
    else renameSync(aside, file);
    throw error;
  }
  return aside;
}

/** A log that remained would be written into the copy that replaces the file. */
function moveLogs(file: string, aside: string): string[] {
  const logs = SIDE_FILES.filter((end) => existsSync(file + end));
  for (const end of logs) renameSync(file + end, aside + end);
  return logs;
}

/** So that there is a project under the first name at every moment; on a file system without links it is moved. */
function secondName(file: string, aside: string): void {
  try {
    linkSync(file, aside);
  } catch {
    renameSync(file, aside);
  }
}

function writeThrough(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
