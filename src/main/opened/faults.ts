import { appendFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { explainStorageError } from '../../domain/storageFailures.ts';
import { makeFolder } from '../project/index.ts';
import { dataFolder } from './projectLocation.ts';

/** A larger log is renamed, replacing the previous one. */
const LARGEST_LOG_BYTES = 1_000_000;

/**
 * Any thrown value as a failure that a person can be shown. A fault of the program itself is written to a log with its
 * stack, which no one but the log ever gets to see.
 */
export function asFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const explained = explainStorageError(error);
  if (explained !== null) return explained;
  if (isOverflow(error)) {
    const hint = 'Check the file: deeply nested values are refused.';
    return new AppError('bad-request', 'the data is nested too deeply', hint, {
      cause: error,
    });
  }
  const log = recordFault(error);
  const details = log === null ? '' : ` The details are in ${log}.`;
  return new AppError(
    'internal',
    `GReFEL Relabel failed (${errorMessage(error)})`,
    `Saved decisions are safe. Please report this error.${details}`,
    { cause: error },
  );
}

/** Writes a fault of the program to the log in the data folder. @returns the log; null where it cannot be written */
export function recordFault(error: unknown): string | null {
  const log = join(dataFolder(), 'faults.log');
  try {
    makeFolder(dataFolder());
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG_BYTES)
      renameSync(log, `${log}.old`);
    appendFileSync(log, `${new Date().toISOString()} ${detailsOf(error)}\n\n`);
    return log;
  } catch {
    return null; // where nothing can be written, the message has to do
  }
}

function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? `${error.stack}` : `${error.stack}\ncaused by ${detailsOf(error.cause)}`;
}

function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes('call stack');
}

/**
 * From now on uncaught errors are logged and do not end the process: decisions are saved one by one, and the
 * pages keep working. For a process that others depend on.
 */
export function surviveFaults(): void {
  const record = (error: unknown) => {
    recordFault(error);
    process.stderr.write(`grefel: a background task failed: ${errorMessage(error)}\n`);
  };
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event).on(event, record);
  }
}
