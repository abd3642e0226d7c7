import { MAY_PASS } from '../../domain/storageFailures.ts';
import type { ApiError } from '../../protocol/api.ts';

/** A request that failed: the core's answer, or that it did not answer at all. */
export class ApiFailure extends Error {
  readonly code: string;
  readonly hint: string;

  constructor(code: string, message: string, hint: string) {
    super(message);
    this.name = 'ApiFailure';
    this.code = code;
    this.hint = hint;
  }

  /** The core could not be reached, so the same request may succeed later. */
  get isConnection(): boolean {
    return this.code === 'connection';
  }

  /** Failures that may be temporary: the core is back, or someone has fixed the disk. */
  get mayPass(): boolean {
    return this.isConnection || MAY_PASS.has(this.code);
  }
}

/** Any thrown value as a failure that can be shown. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiFailure('page', message, 'Reload the page. Saved decisions are kept.');
}

/** What the core says in an answer that is no success. */
export async function failureFrom(response: Pick<Response, 'json' | 'status'>): Promise<ApiFailure> {
  const body: unknown = await response.json().catch(() => null);
  if (isApiError(body)) return new ApiFailure(body.code, body.message, body.hint ?? '');
  if (response.status === 401 || response.status === 403) {
    return new ApiFailure(
      'session',
      'This page is no longer signed in to the program.',
      'Open the address that the program printed when it started.',
    );
  }
  return new ApiFailure('http', `The request failed (HTTP ${response.status}).`, 'Try again.');
}

function isApiError(body: unknown): body is ApiError {
  return typeof body === 'object' && body !== null && 'code' in body && 'message' in body;
}

export const noAnswer = (): ApiFailure =>
  new ApiFailure(
    'connection',
    'The program behind this page does not answer.',
    'Check that it is still running. This page reconnects by itself.',
  );

/** Another dataset is on the screen than the one that something was about. */
export const datasetChanged = (): ApiFailure =>
  new ApiFailure('dataset-changed', 'Another dataset was opened.', 'Nothing was changed in it.');
