import { Hono } from 'hono';
import { z } from 'zod';
import { scanChoiceSchema } from '../../domain/model.ts';
import { inspectionRequestSchema, openRequestSchema } from '../../protocol/opening.ts';
import { forgetFolder } from '../opened/index.ts';
import { completeFolder } from './folderCompletion.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

const pathQuery = z.object({ path: z.string().max(4000) });
const inspectionParams = z.object({ id: z.string().max(64) });
const previewParams = inspectionParams.extend({ place: z.coerce.number().int().min(0) });
const folderBody = z.object({ folder: z.string().min(1) });

/** Looking at a folder before anything is imported and opening it. */
export function openingRoutes(host: Pick<Host, 'inspections' | 'open' | 'state'>) {
  return new Hono()
    .get('/folders', valid('query', pathQuery), async (context) =>
      context.json(await completeFolder(context.req.valid('query').path)),
    )
    .get('/recent', (context) => context.json({ recent: host.inspections.recent() }))
    .post('/recent/forget', valid('json', folderBody), (context) => {
      forgetFolder(context.req.valid('json').folder);
      return context.json({ recent: host.inspections.recent() });
    })
    .post('/inspections', valid('json', inspectionRequestSchema), async (context) => {
      return context.json(await host.inspections.inspect(context.req.valid('json')));
    })
    .get('/inspections/:id/previews/:place', valid('param', previewParams), (context) => {
      const { id, place } = context.req.valid('param');
      const { bytes, contentType } = host.inspections.picture(id, place);
      return context.body(new Uint8Array(bytes), 200, {
        'content-type': contentType,
        'cache-control': 'private, max-age=3600',
        'x-content-type-options': 'nosniff',
      });
    })
    .get('/inspections/:id/tables', valid('param', inspectionParams), async (context) =>
      context.json({ tables: await host.inspections.tables(context.req.valid('param').id) }),
    )
    .get('/inspections/:id/faces', valid('param', inspectionParams), async (context) =>
      context.json(await host.inspections.glanceAtFaces(context.req.valid('param').id)),
    )
    .get(
      '/inspections/:id/pace',
      valid('param', inspectionParams),
      valid('query', scanChoiceSchema),
      async (context) =>
        context.json({
          pace: await host.inspections.measurePace(context.req.valid('param').id, context.req.valid('query')),
        }),
    )
    .post('/project', valid('json', openRequestSchema), async (context) => {
      const { folder, ...options } = context.req.valid('json');
      await host.open(folder, options);
      return context.json(host.state());
    });
}
