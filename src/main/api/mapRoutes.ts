import { Hono } from 'hono';
import { encodePoints, mapActionSchema, selectionSchema } from '../../protocol/map.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

/** The map of all embeddings: its state, its making, its points. */
export function mapRoutes(host: DatasetHost<'map' | 'select', 'revised'>) {
  return new Hono()
    .get('/map', (context) => context.json(host.revised(workspaceOf(host, context).map.state())))
    .post('/map', valid('json', mapActionSchema), (context) => {
      const { map } = workspaceOf(host, context);
      const { action } = context.req.valid('json');
      if (action === 'start') map.start('arrange');
      if (action === 'measure') map.start('measure');
      if (action === 'cancel') map.cancel();
      return context.json(host.revised(map.state()));
    })
    .put('/selection', valid('json', selectionSchema), (context) => {
      workspaceOf(host, context).select(context.req.valid('json').sampleIds);
      return context.json({});
    })
    .get('/map/points', async (context) => {
      const bytes = encodePoints(await workspaceOf(host, context).map.points());
      return context.body(bytes, 200, { 'content-type': 'application/octet-stream' });
    });
}
