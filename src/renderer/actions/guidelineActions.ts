import type { Application } from '../shell/application.svelte.ts';
import type { Action } from './actions.ts';
import { defineAction } from './defineAction.ts';

/** The agreed descriptions of the classes, and the images that show them. */
export function guidelineActions(application: Application): Action[] {
  const { guidelines, review, session } = application;
  const exemplar = (label: number, name: string): Action => ({
    id: `guideline.exemplar-${label}`,
    label: `Use as an example of ${name}`,
    group: 'Picture',
    scope: 'review',
    keys: [],
    get enabled() {
      return application.reviewing && review.target !== null;
    },
    /** Of its own class only: the menu would be too long with all of them. */
    get inImageMenu() {
      return (review.target?.label ?? review.target?.given) === label;
    },
    run: () => {
      const { target } = review;
      if (!target) return;
      void guidelines.addExemplar(label, target.id).then((kept) => {
        application.announcer.say(kept ? `${target.image} is now an example of ${name}.` : 'It was removed.');
      });
      if (!guidelines.open) application.toggleGuidelines();
    },
  });
  return [
    defineAction({
      id: 'view.guidelines',
      group: 'View',
      scope: 'review',
      keys: ['Shift+g'],
      label: () => (guidelines.open ? 'Close the guidelines' : 'Class guidelines'),
      enabled: () => application.reviewing,
      run: () => application.toggleGuidelines(),
    }),
    ...session.classes.map(({ index, title }) => exemplar(index, title)),
  ];
}
