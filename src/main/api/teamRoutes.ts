import { Hono } from 'hono';
import { assignmentBodySchema, decisionsBodySchema, roundBodySchema } from '../../shared/team.ts';
import type { Host } from './host.ts';
import { valid } from './validation.ts';

/** Several annotators: their shares, their rounds, their decision files, and how far they agree. */
export function teamRoutes(host: Host) {
  const state = () => host.revised(host.workspace.team.state());
  return new Hono()
    .get('/team', (context) => context.json(state()))
    .put('/team/assignment', valid('json', assignmentBodySchema), (context) => {
      host.workspace.team.assign(context.req.valid('json').plan);
      return context.json(state());
    })
    .put('/team/round', valid('json', roundBodySchema), (context) => {
      const { team } = host.workspace;
      const { round } = context.req.valid('json');
      if (round === null) team.end();
      else team.begin(round);
      return context.json(state());
    })
    .post('/team/decisions', valid('json', decisionsBodySchema), async (context) => {
      const { team } = host.workspace;
      const files = context.req.valid('json').files.map(({ name, text }) => ({ file: name, text }));
      return context.json({ applied: await team.apply(files), state: state() });
    });
}
