import type { ProjectCounts, SampleDetail } from '../../../protocol/api.ts';
import type { CompleteQueueRequest } from '../../client/route.ts';
import type { Session } from '../../shell/session.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Shown } from '../stage/shown.ts';
import type { ReviewQueue } from './queue.svelte.ts';

const REFRESH_AT_MOST_EVERY_MS = 3000;
/** A first queue waits for results that are about to change its order, if that takes no longer. */
const HELD_AT_MOST_MS = 10_000;
/** The sample is for learning the program: its first label should be clearly wrong, which the base model cannot tell of drawn faces. */
const SAMPLE_HELD_AT_MOST_MS = 30_000;
const LOOK_AGAIN_AFTER_MS = 300;
const ENDS_SOON_S = 10;
/** A queue is extended again after this many times as long as it took. */
const REST_TIMES = 20;

interface Known {
  /** Images with predictions. */
  scanned: number;
  /** When what was learned from the labels last changed the queue. */
  queueChangedAt: string | null;
  /** There were predictions from which nothing was learned yet. */
  unlearned: boolean;
}

interface NewResultsSource {
  readonly queue: Pick<ReviewQueue, 'loaded' | 'total'>;
  readonly samples: Pick<Samples, 'refresh'>;
  readonly request: CompleteQueueRequest;
  readonly detail: Pick<SampleDetail, 'state'> | null;
  readonly shown: Pick<Shown, 'id'> | null;
  /** Every image of the queue has a verdict. */
  readonly isDone: boolean;
  /** Whether the queue is extended by itself. */
  readonly following: { readonly possible: boolean };
  readonly openings: { open(request: CompleteQueueRequest): Promise<void>; restart(): Promise<void> };
  /** @returns whether the queue has what is new by now */
  extendQueue(): Promise<boolean>;
}

/** New predictions since the queue was made, which is a snapshot and cannot show them until it is extended. */
export class NewResults {
  readonly #review: NewResultsSource;
  readonly #session: Session;
  #atSnapshot = $state.raw<Known>({ scanned: 0, queueChangedAt: null, unlearned: false });
  #refreshedAt = 0;
  #extendingMs = 0;
  #extends = false;
  /** In milliseconds of Date; null while nothing is held back. */
  #heldSince = $state<number | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #extendTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(review: NewResultsSource, session: Session) {
    this.#review = review;
    this.#session = session;
  }

  /** How many images. */
  get count(): number {
    return this.#review.queue.loaded ? Math.max(0, this.#scanned - this.#atSnapshot.scanned) : 0;
  }

  /** A fit has changed the order or the flags since the queue was made. */
  get outdated(): boolean {
    const changedAt = this.#session.project?.queueChangedAt ?? null;
    return this.#review.queue.loaded && changedAt !== null && changedAt !== this.#atSnapshot.queueChangedAt;
  }

  /** Only the order is new, improved by decisions. */
  get improved(): boolean {
    return this.outdated && this.count === 0 && (this.#session.project?.decisionsLearned ?? 0) > 0;
  }

  /**
   * The queue is extended by what a scan has found, and by what was learned from that, without being asked: nothing moves that a
   * person has seen.
   */
  get comesByItself(): boolean {
    return (
      this.#review.following.possible && (this.count > 0 || (this.outdated && this.#atSnapshot.unlearned))
    );
  }

  /** A first queue is there, and is held back for a moment, or on its way since. */
  get holds(): boolean {
    return this.#heldSince !== null;
  }

  /** What a queue that is asked for now will have. */
  known(): Known {
    const { isScanning, isLearning, project } = this.#session;
    return {
      scanned: this.#scanned,
      queueChangedAt: project?.queueChangedAt ?? null,
      unlearned: isScanning || isLearning,
    };
  }

  /** A queue was made or extended. */
  begin(known: Known = this.known()): void {
    this.#atSnapshot = known;
    this.#heldSince = null;
  }

  /** Extends the queue once it is time for it, and again until it could be. */
  comeSoon(): void {
    if (this.#extends) return;
    clearTimeout(this.#extendTimer);
    const restMs = Math.max(REFRESH_AT_MOST_EVERY_MS, REST_TIMES * this.#extendingMs);
    const waitMs = Math.max(0, this.#refreshedAt + restMs - Date.now());
    this.#extendTimer = setTimeout(() => void this.#come(), waitMs);
  }

  /** Another dataset was opened. */
  forget(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#extendTimer);
    this.#refreshedAt = 0;
    this.begin();
  }

  /** The guided tour was left: the queue behind it is made again with what has come since, unless work has begun. */
  onTourLeft(): void {
    const nobodyReviewed = this.#session.project?.counts.reviewed === 0;
    if (nobodyReviewed && (this.count > 0 || this.outdated)) void this.#review.openings.restart();
  }

  /**
   * New counts from the core: fills an empty queue, one that is done and cannot be extended, and an image that was waiting for the
   * scan.
   */
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
    const isNews = this.count > 0 || this.outdated;
    const goesOn = this.#review.isDone && isNews && !this.comesByItself;
    if (!becameUseful && !waits && !goesOn) return;
    if (becameUseful && this.#holdBack()) {
      this.#timer = setTimeout(() => this.onCounts(counts), LOOK_AGAIN_AFTER_MS);
      return;
    }
    this.#refreshedAt = Date.now();
    if (goesOn) void this.#review.extendQueue();
    else if (waits && shown) void samples.refresh(shown.id);
    else void this.#review.openings.open(request);
  }

  async #come(): Promise<void> {
    if (!this.comesByItself) return;
    this.#extends = true;
    const startedAt = Date.now();
    const extended = await this.#review.extendQueue().catch(() => false);
    this.#extends = false;
    this.#refreshedAt = Date.now();
    this.#extendingMs = this.#refreshedAt - startedAt;
    if (!extended || this.comesByItself) this.comeSoon();
  }

  /** Nobody has seen the queue yet, and it is about to be in another order. */
  #holdBack(): boolean {
    const { isLearning, job, onSample } = this.#session;
    const isRunning = job?.state === 'running';
    const endsSoon = isRunning && (onSample || (job.secondsLeft ?? Number.POSITIVE_INFINITY) < ENDS_SOON_S);
    const mostMs = onSample ? SAMPLE_HELD_AT_MOST_MS : HELD_AT_MOST_MS;
    const since = this.#heldSince ?? Date.now();
    if (!(endsSoon || isLearning) || Date.now() - since >= mostMs) return false;
    this.#heldSince = since;
    return true;
  }

  get #scanned(): number {
    return this.#session.project?.counts.scanned ?? 0;
  }
}
