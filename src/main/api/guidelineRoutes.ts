import { Hono } from 'hono';
import { z } from 'zod';
import { classGuidelineSchema, exemplarSchema, guidelinesFileSchema } from '../../domain/guidelines.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const labelParams = z.object({ label: z.coerce.number().int().min(0) });
/** Required here: only a file may leave it out. */
const descriptionBody = z.strictObject({ description: classGuidelineSchema.shape.description.unwrap() });
const removedBody = z.object({ label: z.int().min(0), image: z.string() });

/** The annotators' guidelines for each class, and the file that shares them. */
export function guidelineRoutes(host: DatasetHost<'guidelines' | 'sample'>) {
  return new Hono()
    .get('/', (context) => context.json({ guidelines: workspaceOf(host, context).guidelines.show() }))
    .get('/file', (context) => context.json(workspaceOf(host, context).guidelines.file()))
    .post('/file', valid('json', guidelinesFileSchema), (context) =>
      context.json(workspaceOf(host, context).guidelines.import(context.req.valid('json'))),
    )
    .put('/:label/description', valid('param', labelParams), valid('json', descriptionBody), (context) => {
      const { label } = context.req.valid('param');
      const { description } = context.req.valid('json');
      return context.json({ guidelines: workspaceOf(host, context).guidelines.describe(label, description) });
    })
    .post('/exemplars', valid('json', exemplarSchema), (context) => {
      const { label, sampleId } = context.req.valid('json');
      const { image } = workspaceOf(host, context).sample(sampleId);
      return context.json({ guidelines: workspaceOf(host, context).guidelines.addExemplar(label, image) });
    })
    .post('/exemplars/removed', valid('json', removedBody), (context) => {
      const { label, image } = context.req.valid('json');
      return context.json({ guidelines: workspaceOf(host, context).guidelines.removeExemplar(label, image) });
    });
}
