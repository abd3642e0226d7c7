import type { ProjectCounts } from '../../shared/api.ts';
import type { Review } from './review.svelte.ts';
import type { Session } from './session.svelte.ts';

const REFRESH_AT_MOST_EVERY_MS = 3000;

/** What the model has read since the queue was made, which is a snapshot and cannot show it. */
export class NewResults {
  readonly #review: Review;
  readonly #session: Session;
  #readAtSnapshot = $state(0);
  #refreshedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(review: Review, session: Session) {
    this.#review = review;
    this.#session = session;
  }

  /** How many images. */
  get count(): number {
    return this.#review.queue.loaded ? Math.max(0, this.#read - this.#readAtSnapshot) : 0;
  }

  /** A queue was made. */
  begin(): void {
    this.#readAtSnapshot = this.#read;
  }

  /** New counts from the core: fills an empty queue and an image that was waiting to be read. */
  onCounts(counts: ProjectCounts): void {
    clearTimeout(this.#timer);
    const waitMs = this.#refreshedAt + REFRESH_AT_MOST_EVERY_MS - Date.now();
    if (waitMs > 0) {
      // Not dropped: the last counts of a scan may be the ones that fill an empty queue.
      this.#timer = setTimeout(() => this.onCounts(counts), waitMs);
      return;
    }
    const { queue, detail, shown, samples, request } = this.#review;
    const becameUseful = queue.loaded && queue.total === 0 && counts.flagged > 0;
    const waits = detail?.state === 'pending' && this.count > 0;
    if (!becameUseful && !waits) return;
    this.#refreshedAt = Date.now();
    if (waits && shown) void samples.refresh(shown.id);
    else void this.#review.open(request);
  }

  get #read(): number {
    return this.#session.project?.counts.read ?? 0;
  }
}
