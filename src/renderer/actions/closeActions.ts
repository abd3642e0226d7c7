import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { defineAction } from './defineAction.ts';

/** What Escape closes, the topmost first. */
export function closeActions(context: ActionContext): Action[] {
  const { review, guidelines } = context;
  return [
    defineAction({
      id: 'picture.compare-end',
      label: 'Close the comparison',
      group: 'Picture',
      scope: 'review',
      keys: ['Escape'],
      enabled: () => context.reviewing && review.view === 'single' && review.comparison.active,
      run: () => void review.comparison.close(),
    }),
    defineAction({
      id: 'view.guidelines-close',
      label: 'Close the guidelines',
      group: 'View',
      scope: 'review',
      keys: ['Escape'],
      givesWayTo: ['picture.compare-end'],
      enabled: () => context.reviewing && guidelines.open,
      run: () => context.toggleGuidelines(),
    }),
  ];
}
