import { GROUPINGS } from '../../protocol/queue.ts';
import { GROUPING_TITLES } from '../ui/wording.ts';
import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { type ActionDefinition, defineAction } from './defineAction.ts';

const THEME_TITLES = { system: 'as the system', dark: 'dark', light: 'light' };

export function viewActions(context: ActionContext): Action[] {
  const { preferences, review } = context;
  const inReview = (
    id: string,
    keys: string[],
    label: ActionDefinition['label'],
    run: () => void,
    more: Pick<ActionDefinition, 'inImageMenu'> = {},
  ) =>
    defineAction({
      id: `view.${id}`,
      group: 'View',
      scope: 'review',
      keys,
      label,
      enabled: () => context.reviewing,
      run,
      ...more,
    });
  const anywhere = (id: string, keys: string[], label: ActionDefinition['label'], run: () => void) =>
    defineAction({ id: `view.${id}`, group: 'View', scope: 'page', keys, label, run });
  return [
    inReview(
      'grid',
      ['g'],
      () => (review.view === 'grid' ? 'Single image' : 'Grid'),
      () => review.toggleView(),
      { inImageMenu: true },
    ),
    inReview('filter', ['/'], 'Filter by file name', () => context.focusFilter()),
    inReview(
      'larger',
      ['Shift+f'],
      () => (context.panelsHidden ? 'Show panels' : 'Hide panels'),
      () => context.togglePanels(),
    ),
    ...GROUPINGS.map((group) =>
      inReview(`group-${group}`, [], `Group: ${GROUPING_TITLES[group].toLowerCase()}`, () =>
        review.choice.regroup(group),
      ),
    ),
    ...context.views.all.map((view) =>
      inReview(`saved-${view.name}`, [], `View: ${view.name}`, () => void review.choice.openView(view)),
    ),
    inReview('note', ['Shift+n'], 'Write a note', () => document.getElementById('note')?.focus()),
    anywhere('palette', ['$mod+k'], 'All commands', () => context.showDialog('palette')),
    anywhere(
      'theme',
      ['Shift+t'],
      () => `Theme: ${THEME_TITLES[preferences.theme]}`,
      () => preferences.nextTheme(),
    ),
    anywhere('help', ['?'], 'Keyboard shortcuts', () => context.showDialog('help')),
    defineAction({
      id: 'view.tour',
      group: 'View',
      scope: 'page',
      label: 'Guided tour',
      enabled: () => context.session.project !== null,
      run: () => context.startTour(),
    }),
    anywhere('keys', [], 'Change shortcuts', () => context.showDialog('keys')),
  ];
}
