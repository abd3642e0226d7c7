import { moveActions } from './actions/moveActions.ts';
import { projectActions } from './actions/projectActions.ts';
import { classActions, verdictActions } from './actions/verdictActions.ts';
import { viewActions } from './actions/viewActions.ts';
import type { Application } from './state/application.svelte.ts';

export const ACTION_GROUPS = ['Verdict', 'Move', 'View', 'Project'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

/** Something that a person can do. Keyboard, buttons and the help all read the same entry. */
export interface Action {
  readonly id: string;
  /** What it does now; may depend on the image on the screen. */
  readonly label: string;
  readonly group: ActionGroup;
  /** In the form of tinykeys; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** Where it is not, its keys keep their meaning for the browser. */
  readonly enabled: boolean;
  /** A held key does it again and again. */
  readonly repeats?: boolean;
  run(): void;
}

/** The class keys come from the dataset; everything else is fixed. */
export function createActions(application: Application): Action[] {
  return [
    ...classActions(application),
    ...verdictActions(application),
    ...moveActions(application),
    ...viewActions(application),
    ...projectActions(application),
  ];
}
