import { randomInt } from 'node:crypto';
import { Hono } from 'hono';
import { auditRequestSchema } from '../../shared/overview.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

/** The overview of the open dataset, and the random sample that it is judged by. */
export function overviewRoutes(host: Host) {
  return new Hono()
    .get('/overview', async (context) => context.json(await host.workspace.overview.read()))
    .post('/audit', valid('json', auditRequestSchema), async (context) => {
      const { workspace } = host;
      workspace.drawAudit(context.req.valid('json').size, randomInt(2 ** 31));
      return context.json(await workspace.overview.read());
    });
}
