import type { Action } from './action.ts';
import type { ActionContext } from './actionContext.ts';
import { type ActionDefinition, defineAction } from './defineAction.ts';

/** Zoom, pan and brightness of the large picture. */
export function pictureActions(context: ActionContext): Action[] {
  const { review, preferences } = context;
  const { picture } = review;
  const entry = (
    id: string,
    keys: string[],
    label: ActionDefinition['label'],
    run: () => void,
    more: Pick<ActionDefinition, 'repeats' | 'inImageMenu'> & { possible?: () => boolean } = {},
  ) =>
    defineAction({
      id: `picture.${id}`,
      group: 'Picture',
      scope: 'single',
      keys,
      label,
      enabled: () =>
        context.reviewing && review.view === 'single' && review.shown !== null && (more.possible?.() ?? true),
      repeats: more.repeats ?? false,
      inImageMenu: more.inImageMenu ?? false,
      run,
    });
  const whileZoomed = { repeats: true, possible: () => picture.zoom > 1 };
  return [
    defineAction({
      id: 'picture.compare',
      group: 'Picture',
      scope: 'review',
      keys: ['Shift+c'],
      label: () =>
        review.comparison.active
          ? 'Close the comparison'
          : review.view === 'grid'
            ? 'Compare the selection'
            : 'Compare with the most similar',
      enabled: () => context.reviewing && review.comparison.possible,
      inImageMenu: true,
      run: () => void review.comparison.toggle(),
    }),
    entry('compare-remove', ['Delete'], 'Remove from the comparison', () => void review.comparison.remove(), {
      possible: () => review.comparison.surveys,
    }),
    entry('larger', ['+', '='], 'Zoom in', () => picture.zoomBy(1), { repeats: true }),
    entry('smaller', ['-'], 'Zoom out', () => picture.zoomBy(-1), whileZoomed),
    entry('fit', ['0'], 'Reset zoom and brightness', () => picture.reset(), {
      possible: () => !picture.plain,
    }),
    entry('left', ['Alt+ArrowLeft'], 'Pan left', () => picture.panBy(1, 0), whileZoomed),
    entry('right', ['Alt+ArrowRight'], 'Pan right', () => picture.panBy(-1, 0), whileZoomed),
    entry('up', ['Alt+ArrowUp'], 'Pan up', () => picture.panBy(0, 1), whileZoomed),
    entry('down', ['Alt+ArrowDown'], 'Pan down', () => picture.panBy(0, -1), whileZoomed),
    entry('brighter', ['.'], 'Brighter', () => picture.brighten(1), { repeats: true }),
    entry('darker', [','], 'Darker', () => picture.brighten(-1), { repeats: true }),
    entry(
      'pixels',
      ['Shift+p'],
      () => (preferences.pixelated ? 'Smooth' : 'Sharp pixels'),
      () => preferences.togglePixelated(),
      { inImageMenu: true },
    ),
    entry(
      'fill',
      ['Shift+e'],
      () => (preferences.fillStage ? 'Enlarge small faces 4 x at most' : 'Fill the stage'),
      () => preferences.toggleFillStage(),
      { inImageMenu: true },
    ),
  ];
}
