import { Hono } from 'hono';
import { z } from 'zod';
import { classMappingSchema } from '../../domain/classSpace.ts';
import { numberingSchema } from '../../protocol/opening.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const mappingBody = z.object({ mapping: classMappingSchema, numbering: numberingSchema.optional() });

/** Which class of the model each class of the dataset is. */
export function classRoutes(host: DatasetHost<'mapClasses', 'state'>) {
  return new Hono().put('/classes', valid('json', mappingBody), async (context) => {
    const { mapping, numbering } = context.req.valid('json');
    await workspaceOf(host, context).mapClasses(mapping, numbering);
    workspaceOf(host, context); // else the state that follows is another dataset's
    return context.json(host.state());
  });
}
