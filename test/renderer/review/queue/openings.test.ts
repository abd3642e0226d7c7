import { describe, expect, it, vi } from 'vitest';
import { Openings } from '../../../../src/renderer/review/queue/openings.svelte.ts';
import type { PlaceKeeper } from '../../../../src/renderer/review/queue/placeKeeper.ts';
import type { Review } from '../../../../src/renderer/review/review.svelte.ts';

describe('a queue of 200 that a person refreshes', () => {
  const usual = { position: 3, unreviewed: 197, improved: false, outsideQueue: false };
  it.each([
    ['starts at the top where nothing is reviewed', { ...usual, position: 0, unreviewed: 200 }, 'restart'],
    ['starts at the top where everything before the image is reviewed', usual, 'restart'],
    ['stays at an image that was gone to', { ...usual, position: 50 }, 'refresh'],
    ['stays where decisions have improved only what is ahead', { ...usual, improved: true }, 'refresh'],
    ['stays at an image that is not in it', { ...usual, outsideQueue: true }, 'refresh'],
  ] as const)('%s', async (_, { position, unreviewed, improved, outsideQueue }, how) => {
    const review = {
      queue: { total: 200, unreviewed },
      shown: { position },
      newResults: { improved },
      outsideQueue,
    };
    const openings = new Openings(review as unknown as Review, {} as PlaceKeeper);
    const [restart, refresh] = (['restart', 'refresh'] as const).map((name) =>
      vi.spyOn(openings, name).mockResolvedValue(),
    );
    await openings.renew();
    expect([restart?.mock.calls.length, refresh?.mock.calls.length]).toEqual(
      how === 'restart' ? [1, 0] : [0, 1],
    );
  });
});
