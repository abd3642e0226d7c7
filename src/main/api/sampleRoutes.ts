import { Hono } from 'hono';
import { z } from 'zod';
import { imageResponse, type PictureHost } from './imageResponse.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const sampleParams = z.object({ id: z.coerce.number().int().positive() });
const smallParams = sampleParams.extend({ kind: z.enum(['thumbnail', 'photograph']) });
const smallQuery = z.object({ side: z.coerce.number().int().min(16).max(512).default(96) });

/** One image: what is known about it, and its pictures. */
export function sampleRoutes(host: PictureHost & DatasetHost<'detail', 'revised'>) {
  return new Hono()
    .get('/:id', valid('param', sampleParams), (context) =>
      context.json(host.revised(workspaceOf(host, context).detail(context.req.valid('param').id))),
    )
    .get('/:id/image', valid('param', sampleParams), (context) =>
      imageResponse(context, host, context.req.valid('param').id, { kind: 'full' }),
    )
    .get(
      '/:id/:kind{thumbnail|photograph}',
      valid('param', smallParams),
      valid('query', smallQuery),
      (context) => {
        const { id, kind } = context.req.valid('param');
        return imageResponse(context, host, id, { kind, ...context.req.valid('query') });
      },
    );
}
