import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { type ActionDefinition, defineAction } from './defineAction.ts';

/** Selection in the grid, and the size of its pictures. */
export function gridActions(context: ActionContext): Action[] {
  const { review, preferences } = context;
  const { selection, grid } = review;
  const inReview = () => context.reviewing && review.queue.total > 0;
  const inGrid = () => inReview() && review.view === 'grid';
  const entry = (
    id: string,
    keys: string[],
    label: string,
    run: () => void,
    {
      possible,
      inBoth,
      ...more
    }: Pick<ActionDefinition, 'repeats' | 'givesWayTo'> & { possible?: () => boolean; inBoth?: boolean } = {},
  ) =>
    defineAction({
      id,
      group: 'Select',
      scope: inBoth ? 'review' : 'grid',
      keys,
      label,
      enabled: () => (inBoth ? inReview() : inGrid()) && (possible?.() ?? true),
      ...more,
      run,
    });
  const extend = (id: string, key: string, label: string, by: () => number) =>
    entry(`select.${id}`, [key], label, () => review.moves.extendSelection(by()), { repeats: true });
  return [
    extend('right', 'Shift+ArrowRight', 'Extend selection right', () => 1),
    extend('left', 'Shift+ArrowLeft', 'Extend selection left', () => -1),
    extend('down', 'Shift+ArrowDown', 'Extend selection down', () => grid.columns),
    extend('up', 'Shift+ArrowUp', 'Extend selection up', () => -grid.columns),
    entry('select.toggle', ['$mod+Space'], 'Toggle selection', () => selection.toggle(review.position)),
    entry('select.group', ['$mod+g'], 'Select the whole group', () => review.moves.selectGroup(), {
      possible: () => review.group !== null,
      inBoth: true,
    }),
    entry('select.all', ['$mod+a'], 'Select the whole queue', () => selection.set(0, review.queue.total)),
    entry('select.none', ['Escape'], 'Clear selection', () => selection.clear(), {
      possible: () => selection.count > 0,
      inBoth: true,
      givesWayTo: ['move.queue', 'picture.compare-end', 'view.guidelines-close'],
    }),
    defineAction({
      id: 'select.reviewed',
      group: 'Select',
      scope: 'review',
      label: () => (selection.reviewed === 'skip' ? 'Include reviewed images' : 'Skip reviewed images'),
      enabled: () => inReview() && selection.count > 1,
      run: () => {
        selection.reviewed = selection.reviewed === 'skip' ? 'replace' : 'skip';
      },
    }),
    entry('grid.larger', ['+', '='], 'Larger thumbnails', () => preferences.stepThumbnailSide(1), {
      repeats: true,
    }),
    entry('grid.smaller', ['-'], 'Smaller thumbnails', () => preferences.stepThumbnailSide(-1), {
      repeats: true,
    }),
  ];
}
