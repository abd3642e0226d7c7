import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ApiError } from '../../protocol/api.ts';

const MEBIBYTE = 2 ** 20;
/** The ids of all images of a large dataset, as a selection or a bulk decision names them. */
const MOST = 16 * MEBIBYTE;
/** Routes of a dataset that take whole files. */
const LARGER: Record<string, number> = { '/team/decisions': 256 * MEBIBYTE };
const DATASET = /^\/api\/datasets\/[^/]+/;

const limits = new Map([MOST, ...Object.values(LARGER)].map((maxSize) => [maxSize, limitTo(maxSize)]));

/** Refuses a request whose body is larger than its route can use, before it is held in memory. */
export const boundedBody: MiddlewareHandler = (context, next) => {
  const limit = limits.get(LARGER[context.req.path.replace(DATASET, '')] ?? MOST);
  return limit === undefined ? next() : limit(context, next);
};

function limitTo(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (context) => {
      const error: ApiError = {
        code: 'bad-request',
        message: `the request is larger than ${maxSize / MEBIBYTE} MB`,
        hint: 'Send less at once.',
      };
      return context.json(error, 413);
    },
  });
}
