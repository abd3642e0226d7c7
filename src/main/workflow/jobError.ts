import type { JobProgress } from '../../shared/api.ts';
import { asFailure } from './faults.ts';

/** Why a job failed, for the page. */
export function jobError(error: unknown): JobProgress['error'] {
  const { code, message, hint } = asFailure(error);
  return { code, message, hint };
}
