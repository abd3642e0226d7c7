import { type Context, Hono } from 'hono';
import { assignmentBodySchema, decisionsBodySchema, roundBodySchema } from '../../protocol/team.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { valid } from './validation.ts';

/** Several annotators: their assignments, their rounds, their decision files, and how far they agree. */
export function teamRoutes(host: DatasetHost<'team', 'revised'>) {
  const state = (context: Context) => host.revised(workspaceOf(host, context).team.state());
  return new Hono()
    .get('/team', (context) => context.json(state(context)))
    .put('/team/assignment', valid('json', assignmentBodySchema), (context) => {
      workspaceOf(host, context).team.assign(context.req.valid('json').plan);
      return context.json(state(context));
    })
    .put('/team/round', valid('json', roundBodySchema), (context) => {
      const { team } = workspaceOf(host, context);
      const { round } = context.req.valid('json');
      if (round === null) team.end();
      else team.begin(round);
      return context.json(state(context));
    })
    .post('/team/decisions', valid('json', decisionsBodySchema), async (context) => {
      const { team } = workspaceOf(host, context);
      const files = context.req
        .valid('json')
        .files.map(({ name: file, ...content }) =>
          'text' in content
            ? { file, text: content.text }
            : { file, bytes: Buffer.from(content.base64, 'base64') },
        );
      return context.json({ applied: await team.apply(files), state: state(context) });
    });
}
