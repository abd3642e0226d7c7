import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { defineAction } from './defineAction.ts';

/** The class keys come from the dataset. */
export function classActions(context: ActionContext): Action[] {
  const { session, review } = context;
  return session.classes.map((datasetClass) =>
    defineAction({
      id: `label.${datasetClass.index}`,
      label: datasetClass.title,
      group: 'Decision',
      scope: 'review',
      keys: datasetClass.key ? [datasetClass.key] : [],
      enabled: () => context.reviewing && review.ready,
      inImageMenu: true,
      run: () => review.deciding.setLabel(datasetClass.index),
    }),
  );
}

export function verdictActions(context: ActionContext): Action[] {
  const { session, review } = context;
  const { selection } = review;
  const suggested = () => session.classAt(review.target?.suggested ?? null);
  const given = () => session.classAt(review.target?.given ?? null);
  const verdict = (
    id: string,
    keys: string[],
    label: { one: () => string; many: string },
    run: () => void,
    possible: () => boolean = () => true,
  ) =>
    defineAction({
      id: `verdict.${id}`,
      group: 'Decision',
      scope: 'review',
      keys,
      label: () => (selection.count > 0 ? label.many : label.one()),
      enabled: () => context.reviewing && review.ready && (selection.count > 0 || possible()),
      inImageMenu: true,
      run,
    });
  const step = (id: string, label: string, keys: string[], possible: () => boolean, run: () => void) =>
    defineAction({
      id: `verdict.${id}`,
      label,
      group: 'Decision',
      scope: 'review',
      keys,
      enabled: () => context.reviewing && possible(),
      repeats: true,
      run,
    });
  return [
    verdict(
      'suggestion',
      ['Enter'],
      { one: () => `accept ${suggested()?.title ?? 'the suggestion'}`, many: 'accept each suggestion' },
      () => review.deciding.takeSuggestion(),
      () => suggested() !== null,
    ),
    verdict(
      'keep',
      ['Space'],
      { one: () => `keep ${given()?.title ?? 'the given label'}`, many: 'keep each label' },
      () => review.deciding.decide('kept'),
      () => given() !== null,
    ),
    verdict('ambiguous', ['a'], { one: () => 'ambiguous', many: 'ambiguous' }, () =>
      review.deciding.decide('ambiguous'),
    ),
    verdict('exclude', ['x'], { one: () => 'exclude', many: 'exclude' }, () =>
      review.deciding.decide('excluded'),
    ),
    step(
      'undo',
      'Undo',
      ['$mod+z'],
      () => review.deciding.canUndo,
      () => review.deciding.undo(),
    ),
    step(
      'redo',
      'Redo',
      ['$mod+Shift+z', '$mod+y'],
      () => review.deciding.canRedo,
      () => review.deciding.redo(),
    ),
  ];
}
