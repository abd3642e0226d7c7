import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { defineAction } from './defineAction.ts';

export function moveActions(context: ActionContext): Action[] {
  const { review } = context;
  const inGrid = () => review.view === 'grid';
  const go = (by: number) => review.goTo(review.position + by);
  const row = () => review.grid.columns;
  const page = () => (inGrid() ? review.grid.columns * review.grid.rowsInSight : 10);
  const move = (id: string, keys: string[], label: string | (() => string), run: () => Promise<void>) =>
    defineAction({
      id: `move.${id}`,
      group: 'Move',
      scope: 'review',
      keys,
      label,
      enabled: () => context.reviewing && review.queue.total > 0,
      repeats: true,
      run: () => {
        review.selection.clear(); // so that the next key applies to the new image only
        void run();
      },
    });
  return [
    move('next', ['ArrowRight'], 'Next image', () => review.moves.next()),
    move('previous', ['ArrowLeft'], 'Previous image', () => review.moves.previous()),
    move(
      'down',
      ['ArrowDown'],
      () => (inGrid() ? 'Row below' : 'Next image'),
      () => (inGrid() ? go(row()) : review.moves.next()),
    ),
    move(
      'up',
      ['ArrowUp'],
      () => (inGrid() ? 'Row above' : 'Previous image'),
      () => (inGrid() ? go(-row()) : review.moves.previous()),
    ),
    move('unreviewed', ['$mod+ArrowRight'], 'Next unreviewed image', () => review.moves.nextUnreviewed()),
    move('first-unreviewed', ['$mod+Home'], 'First unreviewed image', () => review.moves.firstUnreviewed()),
    move(
      'forward',
      ['PageDown'],
      () => (inGrid() ? 'Next screen' : 'Forward 10 images'),
      () => go(page()),
    ),
    move(
      'back',
      ['PageUp'],
      () => (inGrid() ? 'Previous screen' : 'Back 10 images'),
      () => go(-page()),
    ),
    move('first', ['Home'], 'First image', () => review.goTo(0)),
    move('last', ['End'], 'Last image', () => review.goTo(review.queue.total - 1)),
    move('group', ['$mod+ArrowDown'], 'Next group', () => review.moves.goToGroup(1)),
    move('group-back', ['$mod+ArrowUp'], 'Previous group', () => review.moves.goToGroup(-1)),
    defineAction({
      id: 'move.queue',
      label: 'Back to the queue',
      group: 'Move',
      scope: 'single',
      keys: ['Escape'],
      givesWayTo: ['picture.compare-end', 'view.guidelines-close'],
      enabled: () => context.reviewing && review.outsideQueue,
      run: () => void review.backToQueue(),
    }),
  ];
}
