import { describe, expect, it, vi } from 'vitest';
import type { Status } from '../../../../src/domain/verdicts.ts';
import { Moves } from '../../../../src/renderer/review/queue/moves.ts';
import type { Review } from '../../../../src/renderer/review/review.svelte.ts';
import type { Announcer } from '../../../../src/renderer/shell/announcer.svelte.ts';

/** A queue of images with these statuses, of which the first is on the screen. */
function movesIn(statuses: Status[], view: 'single' | 'grid' = 'single') {
  const goTo = vi.fn();
  const queue = {
    at: (position: number) => ({ status: statuses[position] }),
    nextUnreviewed: async (from: number) => {
      const found = statuses.findIndex((status, position) => position > from && status === 'unreviewed');
      return found < 0 ? null : found;
    },
  };
  const comparison = { surveys: false, step: vi.fn() };
  const review = { goTo, queue, position: 0, view, staysOutside: false, goal: 1, comparison };
  return { goTo, review, moves: new Moves(review as unknown as Review, {} as Announcer) };
}

describe('after a decision', () => {
  it.each([
    ['past images that have been reviewed', 'unreviewed', ['kept', 'relabelled', 'kept', 'unreviewed'], 3],
    ['to the next image that needs a decision', 'unreviewed', ['kept', 'unreviewed', 'unreviewed'], 1],
    ['to the next image where an old decision was changed', 'kept', ['relabelled', 'kept', 'unreviewed'], 1],
    ['to the next image where all that follow are reviewed', 'unreviewed', ['kept', 'kept'], 1],
  ] as const)('the queue goes %s', async (_, before, statuses, position) => {
    const { goTo, moves } = movesIn([...statuses]);
    await moves.nextAfter(before);
    expect(goTo).toHaveBeenCalledExactlyOnceWith(position);
  });

  it('the grid goes to the neighbour, which is in sight', async () => {
    const { goTo, moves } = movesIn(['kept', 'kept', 'unreviewed'], 'grid');
    await moves.nextAfter('unreviewed');
    expect(goTo).toHaveBeenCalledExactlyOnceWith(1);
  });
});

describe('a move that comes while the queue is searched', () => {
  it.each(['nextUnreviewed', 'firstUnreviewed', 'nextAfter'] as const)(
    'is not undone by %s',
    async (search) => {
      const { goTo, review, moves } = movesIn(['kept', 'kept', 'kept', 'unreviewed']);
      review.position = 1;
      const searching = moves[search]('unreviewed');
      review.position = 0;
      await searching;
      expect(goTo).not.toHaveBeenCalled();
    },
  );
});

it('steps from an image outside the queue back to the queue, and on from there even before its image is shown', () => {
  const { goTo, review, moves } = movesIn(['unreviewed', 'unreviewed']);
  review.staysOutside = true;
  void moves.next();
  review.staysOutside = false;
  void moves.next();
  expect(goTo.mock.calls).toEqual([[0], [1]]);
});
