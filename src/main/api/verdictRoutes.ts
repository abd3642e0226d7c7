import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { UndoAnswer, VerdictAnswer } from '../../protocol/api.ts';
import { requestIdSchema, verdictRequestSchema, waitingSaveSchema } from '../../protocol/review.ts';
import { type DatasetHost, workspaceOf } from './openedDataset.ts';
import { type ChangeSource, projectChange } from './projectSummary.ts';
import { valid } from './validation.ts';

const waitingBody = z.object({ saves: z.array(waitingSaveSchema) });
const stepBody = z.object({ requestId: requestIdSchema });

/** Decisions on named images, undo and redo. */
export function verdictRoutes(
  host: DatasetHost<'decide' | 'decideInQueue' | 'undo' | 'redo' | keyof ChangeSource, 'revised'>,
) {
  const step = (context: Context, kind: 'undo' | 'redo', requestId?: string) => {
    const workspace = workspaceOf(host, context);
    const undone = workspace[kind](requestId);
    return host.revised({ ...undone, ...projectChange(workspace) }) satisfies UndoAnswer;
  };
  return (
    new Hono()
      .post('/verdicts', valid('json', verdictRequestSchema), (context) => {
        const workspace = workspaceOf(host, context);
        const { reviewed, ...decision } = context.req.valid('json');
        const decided = workspace.decide(decision, reviewed);
        return context.json(
          host.revised({ ...decided, ...projectChange(workspace) }) satisfies VerdictAnswer,
        );
      })
      /**
       * Processed in order, up to the first that fails; saves that were processed before are not repeated.
       */
      .post('/verdicts/waiting', valid('json', waitingBody), (context) => {
        const workspace = workspaceOf(host, context);
        for (const save of context.req.valid('json').saves) {
          if (save.kind === 'verdict') workspace.decide(save.request, save.request.reviewed);
          else if (save.kind === 'bulk') workspace.decideInQueue(save.queueId, save.request);
          else workspace[save.kind](save.requestId);
        }
        return context.json({});
      })
      .post('/undo', valid('json', stepBody), (context) =>
        context.json(step(context, 'undo', context.req.valid('json').requestId)),
      )
      .post('/redo', valid('json', stepBody), (context) =>
        context.json(step(context, 'redo', context.req.valid('json').requestId)),
      )
  );
}
