import { randomInt } from 'node:crypto';
import { Hono } from 'hono';
import { thresholdSchema } from '../../shared/api.ts';
import { auditRequestSchema, slicesQuerySchema } from '../../shared/overview.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

/** The overview of the open dataset, from where labels are flagged, and the random sample that it is judged by. */
export function overviewRoutes(host: Host) {
  return new Hono()
    .get('/overview', async (context) => context.json(await host.workspace.overview.read()))
    .get('/overview/slices', valid('query', slicesQuerySchema), (context) =>
      context.json(host.workspace.overview.slice(context.req.valid('query').column)),
    )
    .put('/threshold', valid('json', thresholdSchema), (context) => {
      const { workspace } = host;
      workspace.flaggedAt = context.req.valid('json').flaggedAt;
      return context.json(workspace.counts());
    })
    .post('/audit', valid('json', auditRequestSchema), async (context) => {
      const { workspace } = host;
      workspace.drawAudit(context.req.valid('json').size, randomInt(2 ** 31));
      return context.json(await workspace.overview.read());
    });
}
