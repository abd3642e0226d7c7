import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { AppError, type AppErrorCode } from '../../domain/errors.ts';
import type { ApiError } from '../../protocol/api.ts';
import { asFailure } from '../opened/index.ts';

const STATUS: Partial<Record<AppErrorCode, 400 | 404 | 409 | 500 | 503 | 507>> = {
  'bad-request': 400,
  'not-found': 404,
  'folder-missing': 404,
  'dataset-changed': 409,
  'job-running': 409,
  'project-locked': 409,
  'project-moved': 409,
  busy: 503,
  'disk-full': 507,
  'device-failed': 503,
  'too-many-files': 503,
  'out-of-memory': 503,
  internal: 500,
};

/** Any failure in the form that the page gets: what went wrong and what to do, never a stack trace. */
export function errorResponse(error: unknown, context: Context): Response {
  const failure = error instanceof HTTPException ? httpFailure(error) : asFailure(error);
  const { code, message, hint } = failure;
  if (code === 'internal') process.stderr.write(`grefel: ${message}. ${hint}\n`);
  return context.json({ code, message, hint } satisfies ApiError, STATUS[code] ?? 422);
}

/** Of a body that is not JSON. */
function httpFailure({ message }: HTTPException): AppError {
  return new AppError('bad-request', message);
}
