import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ZodError } from 'zod';
import type { ApiError } from '../../shared/api.ts';
import { AppError, type AppErrorCode, errorMessage } from '../../shared/errors.ts';

const STATUS: Partial<Record<AppErrorCode, 400 | 404 | 409 | 507>> = {
  'bad-request': 400,
  'not-found': 404,
  'folder-missing': 404,
  'project-locked': 409,
  'disk-full': 507,
};

/** Any failure as the page gets it: what went wrong and what to do, never a stack trace. */
export function errorResponse(error: unknown, context: Context): Response {
  if (error instanceof AppError) {
    const { code, message, hint } = error;
    return context.json({ code, message, hint } satisfies ApiError, STATUS[code] ?? 422);
  }
  if (error instanceof ZodError) {
    const message = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    return context.json({ code: 'bad-request', message, hint: '' } satisfies ApiError, 400);
  }
  if (error instanceof HTTPException) {
    return context.json(
      { code: 'bad-request', message: error.message, hint: '' } satisfies ApiError,
      error.status,
    );
  }
  console.error(error);
  const message = `something unexpected went wrong: ${errorMessage(error)}`;
  const hint = 'Verdicts that were saved are safe. The terminal has the details.';
  return context.json({ code: 'unexpected', message, hint } satisfies ApiError, 500);
}
