import { Hono } from 'hono';
import { z } from 'zod';
import { classMappingSchema } from '../../domain/classSpace.ts';
import { readingChoiceSchema } from '../../domain/model.ts';
import { placeSchema, type VerdictAnswer } from '../../protocol/api.ts';
import { numberingSchema } from '../../protocol/opening.ts';
import {
  blindnessSchema,
  requestIdSchema,
  verdictRequestSchema,
  waitingSaveSchema,
} from '../../protocol/review.ts';
import { readModelCard } from '../scan/index.ts';
import { boundedBody } from './bodyLimits.ts';
import { errorResponse } from './errors.ts';
import { eventStream } from './events.ts';
import { exportRoutes } from './exportRoutes.ts';
import { guidelineRoutes } from './guidelineRoutes.ts';
import type { Host } from './host.ts';
import { imageResponse } from './images.ts';
import { mapRoutes } from './mapRoutes.ts';
import { neighbourRoutes } from './neighbours.ts';
import { openedDatasetRoutes, workspaceOf } from './openedDataset.ts';
import { openingRoutes } from './openingRoutes.ts';
import { overviewRoutes } from './overviewRoutes.ts';
import { predictionRoutes } from './predictionRoutes.ts';
import { preferenceRoutes } from './preferences.ts';
import { queueRoutes } from './queues.ts';
import { teamRoutes } from './teamRoutes.ts';
import { valid } from './validation.ts';
import { viewRoutes } from './views.ts';

const sampleParams = z.object({ id: z.coerce.number().int().positive() });
const scanBody = z.discriminatedUnion('action', [
  readingChoiceSchema.extend({ action: z.literal('start') }),
  z.object({ action: z.enum(['pause', 'resume', 'cancel']) }),
]);
const smallParams = sampleParams.extend({ kind: z.enum(['thumbnail', 'photograph']) });
const smallQuery = z.object({ side: z.coerce.number().int().min(16).max(512).default(96) });
const waitingBody = z.object({ saves: z.array(waitingSaveSchema) });
const mappingBody = z.object({ mapping: classMappingSchema, numbering: numberingSchema.optional() });
const stepBody = z.object({ requestId: requestIdSchema });
const annotatorBody = z.object({
  name: z.string().trim().min(1).max(80),
  blindness: blindnessSchema.optional(),
});

/**
 * The HTTP API over one host: the same in the desktop app, in `grefel serve` and in tests. Whatever is about a dataset
 * names its opening in the address, so that nothing meant for one dataset is shown of another or saved in it.
 */
export function createApi(host: Host) {
  const dataset = openedDatasetRoutes(host)
    .post('/scan', valid('json', scanBody), async (context) => {
      const { action, ...reading } = context.req.valid('json');
      const workspace = workspaceOf(host, context);
      if (action === 'start') await host.startScan(reading);
      if (action === 'pause') workspace.pauseScan();
      if (action === 'resume') workspace.resumeScan();
      if (action === 'cancel') workspace.cancelScan();
      return context.json(host.revised({ job: workspaceOf(host, context).job }));
    })
    .get('/scan', async (context) => context.json(await host.offerReading()))
    .get('/model', async (context) => context.json(await readModelCard(workspaceOf(host, context).run)))
    .get('/samples/:id', valid('param', sampleParams), (context) =>
      context.json(host.revised(workspaceOf(host, context).detail(context.req.valid('param').id))),
    )
    .get('/samples/:id/image', valid('param', sampleParams), (context) =>
      imageResponse(context, host, context.req.valid('param').id, { kind: 'full' }),
    )
    .get(
      '/samples/:id/:kind{thumbnail|photograph}',
      valid('param', smallParams),
      valid('query', smallQuery),
      (context) => {
        const { id, kind } = context.req.valid('param');
        return imageResponse(context, host, id, { kind, ...context.req.valid('query') });
      },
    )
    .post('/verdicts', valid('json', verdictRequestSchema), (context) => {
      const workspace = workspaceOf(host, context);
      const { reviewed, ...decision } = context.req.valid('json');
      const { changes, skipped } = workspace.decide(decision, reviewed);
      const { canUndo, canRedo } = workspace;
      const counts = workspace.counts();
      return context.json(
        host.revised({ changes, skipped, counts, canUndo, canRedo }) satisfies VerdictAnswer,
      );
    })
    /** Heard in their order, up to the first that fails; what was heard before is not heard again. */
    .post('/verdicts/waiting', valid('json', waitingBody), (context) => {
      const workspace = workspaceOf(host, context);
      for (const save of context.req.valid('json').saves) {
        if (save.kind === 'verdict') workspace.decide(save.request, save.request.reviewed);
        else if (save.kind === 'bulk') workspace.decideInQueue(save.queueId, save.request);
        else workspace[save.kind](save.requestId);
      }
      return context.json({});
    })
    .post('/undo', valid('json', stepBody), (context) =>
      context.json(host.revised(workspaceOf(host, context).undo(context.req.valid('json').requestId))),
    )
    .post('/redo', valid('json', stepBody), (context) =>
      context.json(host.revised(workspaceOf(host, context).redo(context.req.valid('json').requestId))),
    )
    .put('/place', valid('json', placeSchema), (context) => {
      workspaceOf(host, context).place = context.req.valid('json');
      return context.json({});
    })
    .put('/annotator', valid('json', annotatorBody), (context) => {
      const { name, blindness } = context.req.valid('json');
      workspaceOf(host, context).introduce(name, blindness);
      return context.json(host.state());
    })
    .put('/blindness', valid('json', blindnessSchema), (context) => {
      workspaceOf(host, context).blindness = context.req.valid('json');
      return context.json(host.state());
    })
    .put('/classes', valid('json', mappingBody), async (context) => {
      const { mapping, numbering } = context.req.valid('json');
      await workspaceOf(host, context).mapClasses(mapping, numbering);
      workspaceOf(host, context); // else the state that follows is another dataset's
      return context.json(host.state());
    })
    .route('/queues', queueRoutes(host))
    .route('/samples', neighbourRoutes(host))
    .route('/views', viewRoutes(host))
    .route('/guidelines', guidelineRoutes(host))
    .route('/', predictionRoutes(host))
    .route('/', overviewRoutes(host))
    .route('/', exportRoutes(host))
    .route('/', mapRoutes(host))
    .route('/', teamRoutes(host));
  const api = new Hono()
    .use(boundedBody)
    .get('/state', (context) => context.json(host.state()))
    .route('/', openingRoutes(host))
    .route('/preferences', preferenceRoutes())
    .get('/events', (context) => eventStream(context, host))
    .route('/datasets/:opening', dataset);
  return new Hono().onError(errorResponse).route('/api', api);
}

/** The API's type, for the page's client. */
export type Api = ReturnType<typeof createApi>;
