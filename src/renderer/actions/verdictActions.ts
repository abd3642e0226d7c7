import type { Action } from '../actions.ts';
import type { Application } from '../state/application.svelte.ts';

/** The class keys come from the dataset. */
export function classActions(application: Application): Action[] {
  const { session, review } = application;
  return session.classes.map((datasetClass) => ({
    id: `label.${datasetClass.index}`,
    label: datasetClass.name,
    group: 'Verdict',
    keys: datasetClass.key ? [datasetClass.key] : [],
    get enabled() {
      return application.reviewing && review.ready;
    },
    run: () => review.setLabel(datasetClass.index),
  }));
}

export function verdictActions(application: Application): Action[] {
  const { session, review } = application;
  const suggested = () => session.classAt(review.item?.suggested ?? null);
  const given = () => session.classAt(review.item?.given ?? null);
  return [
    {
      id: 'verdict.suggestion',
      get label() {
        return suggested() ? `take ${suggested()?.name}` : 'take the suggestion';
      },
      group: 'Verdict',
      keys: ['Enter'],
      get enabled() {
        return application.reviewing && review.ready && suggested() !== null;
      },
      run: () => {
        const label = suggested();
        if (label) review.setLabel(label.index);
      },
    },
    {
      id: 'verdict.keep',
      get label() {
        return given() ? `keep ${given()?.name}` : 'keep the given label';
      },
      group: 'Verdict',
      keys: ['Space'],
      get enabled() {
        return application.reviewing && review.ready && given() !== null;
      },
      run: () => review.judge('kept'),
    },
    {
      id: 'verdict.ambiguous',
      label: 'ambiguous',
      group: 'Verdict',
      keys: ['a'],
      get enabled() {
        return application.reviewing && review.ready;
      },
      run: () => review.judge('ambiguous'),
    },
    {
      id: 'verdict.exclude',
      label: 'exclude',
      group: 'Verdict',
      keys: ['x'],
      get enabled() {
        return application.reviewing && review.ready;
      },
      run: () => review.judge('excluded'),
    },
    {
      id: 'verdict.undo',
      label: 'Undo',
      group: 'Verdict',
      keys: ['$mod+z'],
      get enabled() {
        return application.reviewing && review.canUndo;
      },
      repeats: true,
      run: () => review.undo(),
    },
    {
      id: 'verdict.redo',
      label: 'Redo',
      group: 'Verdict',
      keys: ['$mod+Shift+z', '$mod+y'],
      get enabled() {
        return application.reviewing && review.canRedo;
      },
      repeats: true,
      run: () => review.redo(),
    },
  ];
}
