import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { closeActions } from './closeActions.ts';
import { gridActions } from './gridActions.ts';
import { guidelineActions } from './guidelineActions.ts';
import { moveActions } from './moveActions.ts';
import { pictureActions } from './pictureActions.ts';
import { projectActions } from './projectActions.ts';
import { classActions, verdictActions } from './verdictActions.ts';
import { viewActions } from './viewActions.ts';

/** The class keys come from the dataset; everything else is fixed. */
export function createActions(context: ActionContext): Action[] {
  return [
    ...classActions(context),
    ...verdictActions(context),
    ...closeActions(context),
    ...moveActions(context),
    ...gridActions(context),
    ...pictureActions(context),
    ...viewActions(context),
    ...guidelineActions(context),
    ...projectActions(context),
  ];
}
