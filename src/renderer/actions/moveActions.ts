import type { Action } from '../actions.ts';
import type { Application } from '../state/application.svelte.ts';

export function moveActions(application: Application): Action[] {
  const { review } = application;
  const move = (id: string, label: string, keys: string[], run: () => Promise<void>): Action => ({
    id: `move.${id}`,
    label,
    group: 'Move',
    keys,
    get enabled() {
      return application.reviewing && review.queue.total > 0;
    },
    repeats: true,
    run: () => void run(),
  });
  return [
    move('next', 'Next image', ['ArrowRight', 'ArrowDown'], () => review.next()),
    move('previous', 'Previous image', ['ArrowLeft', 'ArrowUp'], () => review.previous()),
    move('unreviewed', 'Next image without a verdict', ['Shift+ArrowRight'], () => review.nextUnreviewed()),
    move('forward', 'Ten images on', ['PageDown'], () => review.goTo(review.position + 10)),
    move('back', 'Ten images back', ['PageUp'], () => review.goTo(review.position - 10)),
    move('first', 'First image', ['Home'], () => review.goTo(0)),
    move('last', 'Last image', ['End'], () => review.goTo(review.queue.total - 1)),
    {
      id: 'move.queue',
      label: 'Back to the queue',
      group: 'Move',
      keys: ['Escape'],
      get enabled() {
        return application.reviewing && review.outsideQueue;
      },
      run: () => void review.backToQueue(),
    },
  ];
}
