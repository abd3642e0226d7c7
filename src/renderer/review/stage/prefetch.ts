import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Samples } from './samples.svelte.ts';

const PREFETCHED_AHEAD = 6;
const PREFETCHED_BEHIND = 2;

interface PrefetchSource {
  readonly queue: Pick<ReviewQueue, 'at'>;
  readonly samples: Pick<Samples, 'prefetch'>;
}

/** Prefetches the images that are likely to be viewed next, so that showing them takes no time. */
export class Prefetch {
  readonly #review: PrefetchSource;

  constructor(review: PrefetchSource) {
    this.#review = review;
  }

  /** From a position whose surroundings are loaded. */
  from(position: number): void {
    this.#review.samples.prefetch(this.nearby(position));
  }

  /** The images that are likely to be viewed next, the most likely first. */
  nearby(position: number): number[] {
    const { queue } = this.#review;
    const ids: number[] = [];
    for (let ahead = 1; ahead <= PREFETCHED_AHEAD; ahead++) ids.push(queue.at(position + ahead)?.id ?? 0);
    for (let behind = 1; behind <= PREFETCHED_BEHIND; behind++)
      ids.push(queue.at(position - behind)?.id ?? 0);
    return ids.filter((id) => id > 0);
  }
}
