import { Hono } from 'hono';
import { predictionImportSchema } from '../../protocol/predictions.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

/** Predictions of a model of the user's own, from a file on this machine. */
export function predictionRoutes(host: DatasetHost<never, 'importPredictions' | 'state'>) {
  return new Hono().post('/predictions', valid('json', predictionImportSchema), async (context) => {
    const { file, ...choices } = context.req.valid('json');
    workspaceOf(host, context);
    const report = await host.importPredictions(file, choices);
    workspaceOf(host, context); // else the state that follows is another dataset's
    return context.json({ report, state: host.state() });
  });
}
