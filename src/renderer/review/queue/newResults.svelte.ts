import type { ProjectCounts, SampleDetail } from '../../../protocol/api.ts';
import type { CompleteQueueRequest } from '../../client/route.ts';
import type { Session } from '../../shell/session.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Shown } from '../stage/shown.ts';
import type { ReviewQueue } from './queue.svelte.ts';

const REFRESH_AT_MOST_EVERY_MS = 3000;
/** A first queue waits for results that are about to change its order, if that takes no longer. */
const HELD_AT_MOST_MS = 10_000;
const LOOK_AGAIN_AFTER_MS = 300;
const ENDS_SOON_S = 10;

interface NewResultsSource {
  readonly queue: Pick<ReviewQueue, 'loaded' | 'total'>;
  readonly samples: Pick<Samples, 'refresh'>;
  readonly request: CompleteQueueRequest;
  readonly detail: Pick<SampleDetail, 'state'> | null;
  readonly shown: Pick<Shown, 'id'> | null;
  /** Every image of the queue has a verdict. */
  readonly isDone: boolean;
  readonly openings: { open(request: CompleteQueueRequest): Promise<void>; restart(): Promise<void> };
  extendDoneQueue(): Promise<void>;
}

/** New predictions since the queue was made, which is a snapshot and cannot show them. */
export class NewResults {
  readonly #review: NewResultsSource;
  readonly #session: Session;
  #readAtSnapshot = $state(0);
  #fittedAtSnapshot = $state<string | null>(null);
  #refreshedAt = 0;
  /** In milliseconds of Date; null while nothing is held back. */
  #heldSince = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(review: NewResultsSource, session: Session) {
    this.#review = review;
    this.#session = session;
  }

  /** How many images. */
  get count(): number {
    return this.#review.queue.loaded ? Math.max(0, this.#read - this.#readAtSnapshot) : 0;
  }

  /** The labels were fitted after the queue was made: its order and its flags are older. */
  get outdated(): boolean {
    const fittedAt = this.#session.project?.fittedAt ?? null;
    return this.#review.queue.loaded && fittedAt !== null && fittedAt !== this.#fittedAtSnapshot;
  }

  /** Only the order is new, improved by decisions. */
  get improved(): boolean {
    return this.outdated && this.count === 0 && (this.#session.project?.decisionsLearned ?? 0) > 0;
  }

  /** A first queue is there, and is held back for a moment, or on its way since. */
  get holds(): boolean {
    return this.#heldSince !== null;
  }

  /** A queue was made. */
  begin(): void {
    this.#readAtSnapshot = this.#read;
    this.#fittedAtSnapshot = this.#session.project?.fittedAt ?? null;
    this.#heldSince = null;
  }

  /** Another dataset was opened. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#refreshedAt = 0;
    this.begin();
  }

  /** The guided tour was left: the queue behind it is made again with what has come since, unless work has begun. */
  onTourLeft(): void {
    const nobodyReviewed = this.#session.project?.counts.reviewed === 0;
    if (nobodyReviewed && (this.count > 0 || this.outdated)) void this.#review.openings.restart();
  }

  /** New counts from the core: fills an empty queue, one that is done, and an image that was waiting for the scan. */
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
    const goesOn = this.#review.isDone && (this.count > 0 || this.outdated);
    if (!becameUseful && !waits && !goesOn) return;
    if (becameUseful && this.#holdBack()) {
      this.#timer = setTimeout(() => this.onCounts(counts), LOOK_AGAIN_AFTER_MS);
      return;
    }
    this.#refreshedAt = Date.now();
    if (goesOn) void this.#review.extendDoneQueue();
    else if (waits && shown) void samples.refresh(shown.id);
    else void this.#review.openings.open(request);
  }

  /** Nobody has seen the queue yet, and it is about to be in another order. */
  #holdBack(): boolean {
    const { isLearning, job } = this.#session;
    const endsSoon = job?.state === 'running' && (job.secondsLeft ?? Number.POSITIVE_INFINITY) < ENDS_SOON_S;
    const since = this.#heldSince ?? Date.now();
    if (!(endsSoon || isLearning) || Date.now() - since >= HELD_AT_MOST_MS) return false;
    this.#heldSince = since;
    return true;
  }

  get #read(): number {
    return this.#session.project?.counts.read ?? 0;
  }
}
