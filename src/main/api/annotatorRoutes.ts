import { Hono } from 'hono';
import { z } from 'zod';
import { annotatorNameSchema } from '../../domain/annotatorName.ts';
import { placeSchema } from '../../protocol/api.ts';
import { blindnessSchema } from '../../protocol/review.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

const annotatorBody = z.object({
  name: annotatorNameSchema,
  blindness: blindnessSchema.optional(),
});

/** Who reviews, what is hidden from them, and where they are. */
export function annotatorRoutes(host: DatasetHost<'place' | 'introduce' | 'blindness', 'state'>) {
  return new Hono()
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
    });
}
