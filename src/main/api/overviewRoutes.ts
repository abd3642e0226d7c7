import { randomInt } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { thresholdSchema } from '../../protocol/api.ts';
import { auditRequestSchema, type Overview, slicesQuerySchema } from '../../protocol/overview.ts';
import type { Revised } from '../../protocol/revision.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { type ChangeSource, projectChange } from './projectSummary.ts';
import { valid } from './validation.ts';

/** The overview of the open dataset, the threshold of its flags, and the random sample that checks it. */
export function overviewRoutes(
  host: DatasetHost<'overview' | 'drawAudit' | keyof ChangeSource, 'revision' | 'revised'>,
) {
  /** Takes a while to compute: it is at least as new as the start of the computation. */
  const overview = async (context: Context): Promise<Revised<Overview>> => {
    const revision = host.revision();
    return { ...(await workspaceOf(host, context).overview.read()), revision };
  };
  return new Hono()
    .get('/overview', async (context) => context.json(await overview(context)))
    .get('/overview/slices', valid('query', slicesQuerySchema), (context) => {
      const { column, within } = context.req.valid('query');
      return context.json(
        workspaceOf(host, context).overview.slice(within === undefined ? [column] : [column, within]),
      );
    })
    .put('/threshold', valid('json', thresholdSchema), (context) => {
      const workspace = workspaceOf(host, context);
      workspace.flaggedAt = context.req.valid('json').flaggedAt;
      return context.json(host.revised(projectChange(workspace)));
    })
    .post('/audit', valid('json', auditRequestSchema), async (context) => {
      workspaceOf(host, context).drawAudit(context.req.valid('json').size, randomInt(2 ** 31));
      return context.json(await overview(context));
    });
}
