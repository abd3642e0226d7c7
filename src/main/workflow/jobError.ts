import type { JobProgress } from '../../shared/api.ts';
import { AppError, errorMessage } from '../../shared/errors.ts';

/** Why a job failed, for the page. */
export function jobError(error: unknown): JobProgress['error'] {
  if (error instanceof AppError) return { code: error.code, message: error.message, hint: error.hint };
  return {
    code: 'engine-failed',
    message: errorMessage(error),
    hint: 'Start the scan again: it goes on where it stopped.',
  };
}
