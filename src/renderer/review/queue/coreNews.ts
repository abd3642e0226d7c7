import type { ProjectCounts } from '../../../protocol/api.ts';
import type { VerdictChange } from '../../../protocol/review.ts';
import type { Revision } from '../../../protocol/revision.ts';
import type { Verdicts } from '../decisions/verdicts.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Shown } from '../stage/shown.ts';
import type { NewResults } from './newResults.svelte.ts';
import type { ReviewQueue } from './queue.svelte.ts';

interface CoreNewsSource {
  readonly queue: Pick<ReviewQueue, 'take' | 'followCounts' | 'reload'>;
  readonly samples: Pick<Samples, 'patch' | 'forgetFailedPictures' | 'forgetDetails'>;
  readonly verdicts: Pick<Verdicts, 'retry' | 'settled'>;
  readonly newResults: Pick<NewResults, 'onCounts'>;
  readonly openings: { refresh(): Promise<void> };
  readonly shown: Shown | null;
  followHistory(sampleId: number): void;
}

/** How the review reacts to events of the core. */
export class CoreNews {
  readonly #review: CoreNewsSource;

  constructor(review: CoreNewsSource) {
    this.#review = review;
  }

  /** Verdicts given here or in another window: the core's state of them, unless one is still on its way. */
  onVerdicts(changes: VerdictChange[] | null, revision: Revision): void {
    if (changes === null) {
      this.reload();
      return;
    }
    const { queue, samples } = this.#review;
    for (const { sampleId, status, label } of changes) {
      if (!queue.take(sampleId, { status, label }, revision)) continue;
      samples.patch(sampleId, { status, label });
      this.#review.followHistory(sampleId);
    }
  }

  /** Decisions or a scan have changed counts. */
  onCounts(counts: ProjectCounts): void {
    this.#review.newResults.onCounts(counts);
    this.#review.queue.followCounts();
  }

  /** The core may be another process now, which knows nothing of this queue. */
  async onReconnect(): Promise<void> {
    const { samples, verdicts } = this.#review;
    samples.forgetFailedPictures();
    verdicts.retry();
    await verdicts.settled();
    await this.#review.openings.refresh();
  }

  /** Much of what the page knows about the images may have changed; the queue keeps its order. */
  reload(): void {
    const { queue, samples, shown, verdicts } = this.#review;
    samples.forgetDetails(shown?.id ?? null);
    void queue.reload(() => verdicts.settled()).catch(() => undefined);
  }
}
