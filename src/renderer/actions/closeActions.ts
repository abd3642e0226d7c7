import type { Application } from '../shell/application.svelte.ts';
import type { Action } from './actions.ts';
import { defineAction } from './defineAction.ts';

/** What Escape closes, the topmost first. */
export function closeActions(application: Application): Action[] {
  const { review, guidelines } = application;
  return [
    defineAction({
      id: 'picture.compare-end',
      label: 'Close the comparison',
      group: 'Picture',
      scope: 'review',
      keys: ['Escape'],
      enabled: () => application.reviewing && review.view === 'single' && review.comparison.active,
      run: () => review.comparison.end(),
    }),
    defineAction({
      id: 'view.guidelines-close',
      label: 'Close the guidelines',
      group: 'View',
      scope: 'review',
      keys: ['Escape'],
      givesWayTo: ['picture.compare-end'],
      enabled: () => application.reviewing && guidelines.open,
      run: () => application.toggleGuidelines(),
    }),
  ];
}
