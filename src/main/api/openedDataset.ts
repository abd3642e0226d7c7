import { type Context, Hono } from 'hono';
import type { Workspace } from '../workspace/index.ts';
import { errorResponse } from './errors.ts';
import type { Host } from './host.ts';

/** The host, as routes about one dataset see it: the parts of the dataset, and of the host itself, that they use. */
export type DatasetHost<Part extends keyof Workspace, OfHost extends keyof Host = never> = {
  workspaceOf(opening: string): Pick<Workspace, Part>;
} & Pick<Host, OfHost>;

/**
 * The dataset that a request names in its address. Asked for where it is used, and not before the body has come:
 * another dataset may be opened while that is on its way.
 * @throws AppError `dataset-changed`, `not-found`
 */
export function workspaceOf<Dataset>(
  host: { workspaceOf(opening: string): Dataset },
  context: Context,
): Dataset {
  return host.workspaceOf(context.req.param('opening') ?? '');
}

/** Routes about one open dataset. A failure because it was closed meanwhile is reported as that. */
export function openedDatasetRoutes(host: DatasetHost<never>) {
  return new Hono()
    .onError((error, context) => {
      try {
        workspaceOf(host, context);
      } catch (changed) {
        return errorResponse(changed, context);
      }
      return errorResponse(error, context);
    })
    .use(async (context, next) => {
      workspaceOf(host, context);
      await next();
    });
}
