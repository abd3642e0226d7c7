import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { defineAction } from './defineAction.ts';

/** The agreed descriptions of the classes, and the images that show them. */
export function guidelineActions(context: ActionContext): Action[] {
  const { guidelines, review, session } = context;
  const exemplar = (label: number, name: string): Action => ({
    id: `guideline.exemplar-${label}`,
    label: `Use as an example of ${name}`,
    group: 'Picture',
    scope: 'review',
    keys: [],
    get enabled() {
      return context.reviewing && review.target !== null;
    },
    /** Of its own class only: the menu would be too long with all of them. */
    get inImageMenu() {
      return (review.target?.label ?? review.target?.given) === label;
    },
    run: () => {
      const { target } = review;
      if (!target) return;
      void guidelines.addExemplar(label, target.id).then((kept) => {
        context.announcer.say(kept ? `${target.image} is now an example of ${name}.` : 'It was removed.');
      });
      if (!guidelines.open) context.toggleGuidelines();
    },
  });
  return [
    defineAction({
      id: 'view.guidelines',
      group: 'View',
      scope: 'review',
      keys: ['Shift+g'],
      label: () => (guidelines.open ? 'Close the guidelines' : 'Class guidelines'),
      enabled: () => context.reviewing,
      run: () => context.toggleGuidelines(),
    }),
    ...session.classes.map(({ index, title }) => exemplar(index, title)),
  ];
}
