import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ZodError } from 'zod';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { explainStorageError } from '../../domain/storageFailures.ts';
import { backupTime } from './backup.ts';

/**
 * SQLite reports a full disk as an I/O error if its shared memory finds no space: below this much free space
 * it is reported as a full disk.
 */
const NO_ROOM_BYTES = 65_536;

/**
 * Explains an error of a project file to a person; faults of the program itself are returned unchanged. If
 * there is a backup of a damaged file, the message says so.
 */
export function explainProjectError(error: unknown, file: string): unknown {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (error instanceof ZodError || error instanceof SyntaxError)
    return damagedProject(file, reasonOf(error), error);
  if (/^SQLITE_(CANTOPEN|READONLY)/.test(code) || isMissingFolder(error)) {
    const place = whyNotWritable(file);
    if (place !== null) return explainStorageError(place, file);
  }
  if (code.startsWith('SQLITE_IOERR') && isFull(file)) {
    return explainStorageError(Object.assign(new Error(errorMessage(error)), { code: 'SQLITE_FULL' }), file);
  }
  const explained = explainStorageError(error, code.startsWith('SQLITE_') ? file : undefined);
  if (explained?.code !== 'project-invalid' || code.startsWith('SQLITE_CANTOPEN')) return explained ?? error;
  return damagedProject(file, errorMessage(error), error);
}

/** The project file contains something impossible, or lacks something required. */
export function damagedProject(file: string, reason: string, cause?: unknown): AppError {
  const copied = backupTime(file);
  const message = `${file} is not a GReFEL project file, or it is damaged (${reason})`;
  if (copied === null) {
    const hint = 'Choose another file with --project, or move this one away to start again.';
    return new AppError('project-invalid', message, hint, { cause });
  }
  const hint = `There is a backup of ${copied.toLocaleString()}: open it (--restore on the command line). The damaged file is kept.`;
  return new AppError('project-damaged', message, hint, { cause });
}

/** The system's own reason why nothing can be written next to a project file; null if something can. */
function whyNotWritable(file: string): unknown {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    return error;
  }
}

/** better-sqlite3's own check, which has no code. */
function isMissingFolder(error: unknown): boolean {
  return error instanceof TypeError && error.message.includes('directory does not exist');
}

function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < NO_ROOM_BYTES;
  } catch {
    return false; // the drive is gone: then it is not full
  }
}

function reasonOf(error: ZodError | SyntaxError): string {
  if (error instanceof SyntaxError) return 'a stored value is truncated';
  const [issue] = error.issues;
  return `a stored value is invalid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}
