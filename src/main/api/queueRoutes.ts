import { Hono } from 'hono';
import { z } from 'zod';
import type { BulkAnswer } from '../../protocol/api.ts';
import {
  type NewQueue,
  newQueueSchema,
  pageStart,
  QUEUE_PAGE,
  type QueueTally,
  type RangeTally,
} from '../../protocol/queue.ts';
import { bulkVerdictSchema, queueRangesSchema } from '../../protocol/review.ts';
import type { Revised } from '../../protocol/revision.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { type ChangeSource, projectChange } from './projectSummary.ts';
import { valid } from './validation.ts';

const pageQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(QUEUE_PAGE),
});
const rangesBody = z.object({ ranges: queueRangesSchema });
const positionParams = z.object({ queueId: z.string(), sampleId: z.coerce.number().int().positive() });

/** Queues, their items, and bulk decisions on them. */
export function queueRoutes(host: DatasetHost<'queues' | 'decideInQueue' | keyof ChangeSource, 'revised'>) {
  return new Hono()
    .post('/', valid('json', newQueueSchema), async (context) => {
      const { continues, startWith, ...request } = context.req.valid('json');
      const clusters = await workspaceOf(host, context).queues.readyFor(request);
      const { queues } = workspaceOf(host, context); // the dataset may have been changed meanwhile
      const queue = queues.take(request, clusters, continues, startWith);
      const items = queues.snapshots.items(queue.queueId, pageStart(queue.startAt), QUEUE_PAGE);
      return context.json(host.revised({ ...queue, items }) satisfies Revised<NewQueue>);
    })
    .get('/:queueId/items', valid('query', pageQuery), (context) => {
      const { offset, limit } = context.req.valid('query');
      const items = workspaceOf(host, context).queues.snapshots.items(
        context.req.param('queueId'),
        offset,
        limit,
      );
      return context.json(host.revised({ items }));
    })
    .get('/:queueId/facets', (context) =>
      context.json({
        facets: workspaceOf(host, context).queues.snapshots.facets(context.req.param('queueId')),
      }),
    )
    .get('/:queueId/tally', (context) =>
      context.json(
        workspaceOf(host, context).queues.snapshots.tally(context.req.param('queueId')) satisfies QueueTally,
      ),
    )
    .post('/:queueId/tally', valid('json', rangesBody), (context) => {
      const { ranges } = context.req.valid('json');
      const tally = workspaceOf(host, context).queues.snapshots.tallyOf(context.req.param('queueId'), ranges);
      return context.json(tally satisfies RangeTally);
    })
    .get('/:queueId/positions/:sampleId', valid('param', positionParams), (context) => {
      const { queueId, sampleId } = context.req.valid('param');
      return context.json({
        position: workspaceOf(host, context).queues.snapshots.positionOf(queueId, sampleId),
      });
    })
    .post('/:queueId/verdicts', valid('json', bulkVerdictSchema), (context) => {
      const workspace = workspaceOf(host, context);
      const queueId = context.req.param('queueId');
      const decided = workspace.decideInQueue(queueId, context.req.valid('json'));
      const tally = workspace.queues.snapshots.tally(queueId);
      return context.json(
        host.revised({ ...decided, ...tally, ...projectChange(workspace) }) satisfies BulkAnswer,
      );
    });
}
