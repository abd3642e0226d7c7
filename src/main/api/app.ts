import { Hono } from 'hono';
import { annotatorRoutes } from './annotatorRoutes.ts';
import { boundedBody } from './bodyLimits.ts';
import { classRoutes } from './classRoutes.ts';
import { errorResponse } from './errors.ts';
import { eventStream } from './events.ts';
import { exportRoutes } from './exportRoutes.ts';
import { guidelineRoutes } from './guidelineRoutes.ts';
import type { Host } from './host.ts';
import { mapRoutes } from './mapRoutes.ts';
import { neighbourRoutes } from './neighbourRoutes.ts';
import { openedDatasetRoutes } from './openedDataset.ts';
import { openingRoutes } from './openingRoutes.ts';
import { overviewRoutes } from './overviewRoutes.ts';
import { predictionRoutes } from './predictionRoutes.ts';
import { preferenceRoutes } from './preferenceRoutes.ts';
import { queueRoutes } from './queueRoutes.ts';
import { sampleRoutes } from './sampleRoutes.ts';
import { savedViewRoutes } from './savedViewRoutes.ts';
import { scanRoutes } from './scanRoutes.ts';
import { teamRoutes } from './teamRoutes.ts';
import { verdictRoutes } from './verdictRoutes.ts';

/** What an address below `/api/datasets/OPENING` can be asked for. */
export type DatasetApi = ReturnType<typeof datasetApi>;
export type Api = ReturnType<typeof createApi>;

function datasetApi(host: Host) {
  return openedDatasetRoutes(host)
    .route('/', scanRoutes(host))
    .route('/samples', sampleRoutes(host))
    .route('/samples', neighbourRoutes(host))
    .route('/', verdictRoutes(host))
    .route('/', annotatorRoutes(host))
    .route('/', classRoutes(host))
    .route('/queues', queueRoutes(host))
    .route('/views', savedViewRoutes(host))
    .route('/guidelines', guidelineRoutes(host))
    .route('/', predictionRoutes(host))
    .route('/', overviewRoutes(host))
    .route('/', exportRoutes(host))
    .route('/', mapRoutes(host))
    .route('/', teamRoutes(host));
}

/**
 * The HTTP API over one host: the same in the desktop app, in `grefel serve` and in tests. Whatever is about a dataset
 * names its opening in the address, so that nothing meant for one dataset is shown of another or saved in it.
 */
export function createApi(host: Host) {
  const api = new Hono()
    .use(boundedBody)
    .get('/state', (context) => context.json(host.state()))
    .route('/', openingRoutes(host))
    .route('/preferences', preferenceRoutes())
    .get('/events', (context) => eventStream(context, host))
    .route('/datasets/:opening', datasetApi(host));
  return new Hono().onError(errorResponse).route('/api', api);
}
