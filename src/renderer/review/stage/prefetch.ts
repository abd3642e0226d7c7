import type { SimilarImages } from '../evidence/similarImages.svelte.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Samples } from './samples.svelte.ts';
import type { Shown } from './shown.ts';

const PREFETCHED_AHEAD = 6;
const PREFETCHED_BEHIND = 2;

interface PrefetchSource {
  readonly queue: Pick<ReviewQueue, 'at'>;
  readonly samples: Pick<Samples, 'prefetch'>;
  readonly neighbours: Pick<SimilarImages, 'want'>;
  readonly shown: Shown | null;
}

/** Prefetches the images that are likely to be viewed next, so that showing them takes no time. */
export class Prefetch {
  readonly #review: PrefetchSource;

  constructor(review: PrefetchSource) {
    this.#review = review;
  }

  /** From a position whose surroundings are loaded. */
  from(position: number): void {
    const { samples, neighbours, shown } = this.#review;
    const nearby = this.nearby(position);
    samples.prefetch(nearby);
    neighbours.want([shown?.id ?? 0, nearby[0] ?? 0].filter((id) => id > 0));
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
