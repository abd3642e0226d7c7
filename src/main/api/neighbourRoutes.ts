import { Hono } from 'hono';
import { z } from 'zod';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const params = z.object({ id: z.coerce.number().int().positive() });
const query = z.object({ count: z.coerce.number().int().min(1).max(60).default(6) });

/** The images most similar to one. A page that moves to another image cancels the search. */
export function neighbourRoutes(host: DatasetHost<'neighbours'>) {
  return new Hono().get('/:id/neighbours', valid('param', params), valid('query', query), async (context) => {
    const { id } = context.req.valid('param');
    const { count } = context.req.valid('query');
    return context.json(await workspaceOf(host, context).neighbours(id, count, context.req.raw.signal));
  });
}
