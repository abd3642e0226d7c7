import { Hono } from 'hono';
import { savedViewsSchema } from '../../protocol/api.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

/** The queues that people have given a name, kept in the project. */
export function savedViewRoutes(host: DatasetHost<'savedViews'>) {
  return new Hono()
    .get('/', (context) => context.json({ views: workspaceOf(host, context).savedViews }))
    .put('/', valid('json', savedViewsSchema), (context) => {
      workspaceOf(host, context).savedViews = context.req.valid('json').views;
      return context.json({ views: workspaceOf(host, context).savedViews });
    });
}
