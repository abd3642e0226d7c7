import type { QueueItem, View } from '../../../protocol/queue.ts';
import { LatestOnly } from '../../client/latestOnly.ts';
import { type CompleteQueueRequest, sameRequest } from '../../client/route.ts';
import type { Verdicts } from '../decisions/verdicts.svelte.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Shown } from '../stage/shown.ts';
import type { NewResults } from './newResults.svelte.ts';
import type { PlaceKeeper } from './placeKeeper.ts';
import type { ReviewQueue } from './queue.svelte.ts';

interface OpeningsSource {
  readonly queue: ReviewQueue;
  readonly samples: Pick<Samples, 'forgetDetails'>;
  readonly verdicts: Pick<Verdicts, 'settled'>;
  readonly selection: Pick<Selection, 'clear'>;
  readonly newResults: Pick<NewResults, 'begin' | 'improved'>;
  readonly request: CompleteQueueRequest;
  readonly shown: Shown | null;
  /** The image that was gone to last. */
  readonly goal: number | null;
  readonly target: Pick<QueueItem, 'id'> | null;
  readonly outsideQueue: boolean;
  view: View;
  goTo(position: number, entry: string | null): Promise<void>;
}

interface OpenAt {
  /** See ReviewQueue.load. */
  startWith: number | null | undefined;
  view: View;
  from: number | null;
}

/** Queues that are being opened: only the last that was asked for is. */
export class Openings {
  readonly #review: OpeningsSource;
  readonly #placeKeeper: PlaceKeeper;
  readonly #turns = new LatestOnly();
  #leaving = $state(false);

  constructor(review: OpeningsSource, placeKeeper: PlaceKeeper) {
    this.#review = review;
    this.#placeKeeper = placeKeeper;
  }

  /**
   * Another queue was requested and is about to replace the one on the screen: no key may decide in it any
   * more.
   */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Opens a queue, at an image where one is named, else where the annotator was last. @param from see ReviewQueue.load */
  open(
    request: CompleteQueueRequest,
    sampleId: number | null = null,
    view: View = this.#review.view,
    from: number | null = null,
  ): Promise<void> {
    return this.#open(request, { startWith: sampleId ?? undefined, view, from });
  }

  async #open(request: CompleteQueueRequest, { startWith, view, from }: OpenAt): Promise<void> {
    const review = this.#review;
    const isAnother = !sameRequest(request, review.request);
    review.queue.expect(request);
    await this.#begin(isAnother, async (isLast) => {
      const { entry } = this.#placeKeeper;
      const { goal } = review;
      review.view = view;
      await review.verdicts.settled();
      if (!isLast()) return; // another was asked for meanwhile
      review.selection.clear();
      const start = await review.queue.load(from, startWith);
      if (start === null) return;
      review.newResults.begin();
      // Who has moved on in the same queue meanwhile is not taken back.
      const movedTo = isAnother || review.goal === goal ? null : review.goal;
      const position = movedTo === null ? null : await review.queue.findPosition(movedTo);
      await review.goTo(position ?? start, entry);
    });
  }

  /**
   * Makes a new snapshot and stays at the current image. If decisions have improved the order, everything
   * before that image stays the same.
   */
  async refresh(): Promise<void> {
    const { request, samples, shown, target, newResults, outsideQueue } = this.#review;
    samples.forgetDetails(shown?.id ?? null);
    const from = newResults.improved && !outsideQueue ? (target?.id ?? null) : null;
    await this.open(request, shown?.id ?? null, this.#review.view, from);
  }

  /**
   * Refreshes because a person asked for it. Who has worked through the queue from its top continues at the top of the new one, unless they have continued meanwhile: what is likeliest wrong may be new there. Anywhere else the image stays.
   */
  async renew(): Promise<void> {
    const { newResults, outsideQueue, queue, shown } = this.#review;
    const fromTheTop = shown !== null && shown.position === queue.total - queue.unreviewed;
    if (fromTheTop && !newResults.improved && !outsideQueue) await this.restart(this.#review.request, false);
    else await this.refresh();
  }

  /**
   * Makes a new snapshot, of another queue where one is named, and starts at its first image without a verdict.
   * @param toAnother no key decides on the image on the screen any more; else who continues meanwhile is not taken back
   */
  async restart(request: CompleteQueueRequest = this.#review.request, toAnother = true): Promise<void> {
    this.#review.queue.expect(request);
    await this.#begin(toAnother, () => {
      this.#placeKeeper.forget(); // of the queue that is being left
      return this.#open(request, { startWith: null, view: this.#review.view, from: null });
    });
  }

  /**
   * @param toAnother the queue is another than the one on the screen
   * @param open gets whether this opening is still the latest
   */
  async #begin(toAnother: boolean, open: (isLast: () => boolean) => Promise<void>): Promise<void> {
    const isLast = this.#turns.begin();
    this.#leaving ||= toAnother;
    try {
      await open(isLast);
    } finally {
      if (isLast()) this.#leaving = false;
    }
  }
}
