import type { PositionRange, View } from '../../../protocol/queue.ts';
import type { CompleteQueueRequest } from '../../client/route.ts';
import type { Verdicts } from '../decisions/verdicts.svelte.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Shown } from '../stage/shown.ts';
import type { NewResults } from './newResults.svelte.ts';
import type { ReviewQueue } from './queue.svelte.ts';

interface FollowingSource {
  readonly queue: Pick<ReviewQueue, 'loaded' | 'total' | 'extend'>;
  readonly samples: Pick<Samples, 'forgetDetailsExcept'>;
  readonly verdicts: Pick<Verdicts, 'settled' | 'failure'>;
  readonly selection: Pick<Selection, 'count'>;
  readonly newResults: Pick<NewResults, 'known' | 'begin'>;
  readonly openings: { readonly leaving: boolean };
  readonly request: CompleteQueueRequest;
  readonly shown: Shown | null;
  readonly view: View;
  /** Positions whose items are on the screen. */
  readonly inSight: PositionRange;
  prefetch(): void;
}

/** A queue that grows with a scan: new results come behind the images that a person has seen, which stay where they are. */
export class Following {
  readonly #review: FollowingSource;

  constructor(review: FollowingSource) {
    this.#review = review;
  }

  /** Groups and a selection are made of positions, which would change. */
  get possible(): boolean {
    const { queue, request, selection, openings, verdicts } = this.#review;
    const isThere = queue.loaded && queue.total > 0 && !openings.leaving && verdicts.failure === null;
    return (
      isThere && request.group === 'none' && request.filter.show !== 'selection' && selection.count === 0
    );
  }

  /** @returns whether the queue has what is new by now */
  async run(): Promise<boolean> {
    if (!this.possible) return false;
    const { queue, newResults, verdicts, inSight } = this.#review;
    const known = newResults.known();
    const extended = await queue.extend({
      shown: inSight,
      shownId: () => this.#review.shown?.id ?? null,
      saved: () => verdicts.settled(),
      possible: () => this.possible,
    });
    if (!extended) return false;
    newResults.begin(known);
    this.#review.samples.forgetDetailsExcept(this.#review.shown?.id ?? null);
    if (this.#review.view === 'single') this.#review.prefetch();
    return true;
  }
}
