import { zValidator } from '@hono/zod-validator';
import type { z } from 'zod';
import { AppError } from '../../domain/errors.ts';

/** A validator whose failure is an error like any other: see errors.ts. */
export function valid<Target extends 'json' | 'query' | 'param', Schema extends z.ZodType>(
  target: Target,
  schema: Schema,
) {
  return zValidator(target, schema, (result) => {
    if (result.success) return;
    const message = result.error.issues
      .map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      .join('; ');
    throw new AppError('bad-request', message);
  });
}
