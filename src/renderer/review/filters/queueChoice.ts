import type { SavedView } from '../../../protocol/api.ts';
import type { Grouping, QueueFilter, View } from '../../../protocol/queue.ts';
import { type CompleteQueueRequest, defaultRequest, reviewHash, sameRequest } from '../../client/route.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';

interface QueueChoiceSource {
  readonly queue: Pick<ReviewQueue, 'request' | 'failure'>;
  readonly request: CompleteQueueRequest;
  readonly view: View;
  readonly openings: { open(request: CompleteQueueRequest): Promise<void> };
  setView(view: View): Promise<void>;
  keepPlaceNow(): void;
}

/** Which queue is under review: by its filter, its grouping, or its name. */
export class QueueChoice {
  readonly #review: QueueChoiceSource;

  constructor(review: QueueChoiceSource) {
    this.#review = review;
  }

  changeFilter(change: Partial<QueueFilter>): Promise<void> {
    const { request } = this.#review;
    return this.changeRequest({ ...request, filter: { ...request.filter, ...change } });
  }

  clearFilters(): Promise<void> {
    const { show } = this.#review.request.filter;
    return this.changeFilter({ ...defaultRequest.filter, show });
  }

  regroup(group: Grouping): void {
    void this.changeRequest({ ...this.#review.request, group });
  }

  /** Opens a queue that has a name. */
  async openView({ request, view }: Pick<SavedView, 'request' | 'view'>): Promise<void> {
    if (view !== this.#review.view) await this.#review.setView(view);
    await this.changeRequest(request);
  }

  /** Opens another queue; the address of the old one stays in the history. */
  async changeRequest(request: CompleteQueueRequest): Promise<void> {
    const { queue, view } = this.#review;
    if (sameRequest(request, queue.request) && !queue.failure) return;
    this.#review.keepPlaceNow();
    history.pushState(null, '', reviewHash(request, null, view));
    await this.#review.openings.open(request);
  }
}
