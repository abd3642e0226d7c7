import { Hono } from 'hono';
import { z } from 'zod';
import { scanChoiceSchema } from '../../domain/model.ts';
import { readModelCard } from '../scan/index.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const scanBody = z.discriminatedUnion('action', [
  scanChoiceSchema.extend({ action: z.literal('start') }),
  z.object({ action: z.enum(['pause', 'resume', 'cancel']) }),
]);

/** The scan of the opened dataset, what it can be asked for, and the card of the model that it ran. */
export function scanRoutes(
  host: DatasetHost<
    'pauseScan' | 'resumeScan' | 'cancelScan' | 'job' | 'run',
    'startScan' | 'offerScan' | 'revised'
  >,
) {
  return new Hono()
    .post('/scan', valid('json', scanBody), async (context) => {
      const { action, ...scanChoice } = context.req.valid('json');
      const workspace = workspaceOf(host, context);
      if (action === 'start') await host.startScan(scanChoice);
      if (action === 'pause') workspace.pauseScan();
      if (action === 'resume') workspace.resumeScan();
      if (action === 'cancel') workspace.cancelScan();
      return context.json(host.revised({ job: workspaceOf(host, context).job }));
    })
    .get('/scan', async (context) => context.json(await host.offerScan()))
    .get('/model', async (context) => context.json(await readModelCard(workspaceOf(host, context).run)));
}
