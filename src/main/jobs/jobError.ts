import { AppError } from '../../domain/errors.ts';
import { explainStorageError, MAY_PASS } from '../../domain/storageFailures.ts';
import type { JobProgress } from '../../protocol/api.ts';
import { asFailure } from '../opened/index.ts';

/** Whether a job was failed by a drive or by the machine, so that the same work may succeed later. */
export function isErrorOfPlace(error: unknown): boolean {
  const { code } = error instanceof AppError ? error : (explainStorageError(error) ?? { code: 'internal' });
  return MAY_PASS.has(code) || code === 'folder-missing' || code === 'project-locked';
}

/** Why a job failed, for the page. */
export function jobError(error: unknown): JobProgress['error'] {
  const { code, message, hint } = asFailure(error);
  return { code, message, hint };
}
