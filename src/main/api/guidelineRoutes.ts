import { Hono } from 'hono';
import { z } from 'zod';
import { classGuidelineSchema, exemplarSchema, guidelinesFileSchema } from '../../shared/guidelines.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

const labelParams = z.object({ label: z.coerce.number().int().min(0) });
const descriptionBody = classGuidelineSchema.pick({ description: true });
const removedBody = z.object({ label: z.int().min(0), image: z.string() });

/** What the annotators have agreed on for each class, and the file by which they share it. */
export function guidelineRoutes(host: Host) {
  return new Hono()
    .get('/', (context) => context.json({ guidelines: host.workspace.guidelines.show() }))
    .get('/file', (context) => context.json(host.workspace.guidelines.file()))
    .post('/file', valid('json', guidelinesFileSchema), (context) =>
      context.json(host.workspace.guidelines.import(context.req.valid('json'))),
    )
    .put('/:label/description', valid('param', labelParams), valid('json', descriptionBody), (context) => {
      const { label } = context.req.valid('param');
      const { description } = context.req.valid('json');
      return context.json({ guidelines: host.workspace.guidelines.describe(label, description) });
    })
    .post('/exemplars', valid('json', exemplarSchema), (context) => {
      const { label, sampleId } = context.req.valid('json');
      const { image } = host.workspace.sample(sampleId);
      return context.json({ guidelines: host.workspace.guidelines.addExemplar(label, image) });
    })
    .post('/exemplars/removed', valid('json', removedBody), (context) => {
      const { label, image } = context.req.valid('json');
      return context.json({ guidelines: host.workspace.guidelines.removeExemplar(label, image) });
    });
}
