import type { QueueItem } from '../../shared/queue.ts';
import type { Revision } from '../../shared/revision.ts';
import { type HeardCores, heardByPage } from './newest.svelte.ts';
import type { Decision } from './verdicts.svelte.ts';

/**
 * The verdicts that the page knows of beside those that its items came with: the ones given here, also before they
 * are saved, and the ones that the core has told of. An item that was read before such a verdict does not hide it.
 */
export class Decisions {
  /** Without a revision while the core has not answered to it: nothing that the core says is newer. */
  readonly #known = new Map<number, { decision: Decision; revision: Revision | null }>();
  readonly #heard: HeardCores;

  constructor(heard: HeardCores = heardByPage) {
    this.#heard = heard;
  }

  /** A verdict was given here. */
  give(sampleId: number, decision: Decision): void {
    this.#known.set(sampleId, { decision, revision: null });
  }

  /** The core has saved the last verdict that was given here. */
  settle(sampleId: number, revision: Revision): void {
    this.#heard.hear(revision);
    const known = this.#known.get(sampleId);
    if (known?.revision === null) this.#known.set(sampleId, { ...known, revision });
  }

  /** What was given here is not to be saved after all. */
  giveUp(sampleId: number): void {
    this.#known.delete(sampleId);
  }

  /** Takes what the core says of an image. @returns whether it is newer than what was known */
  take(sampleId: number, decision: Decision, revision: Revision): boolean {
    this.#heard.hear(revision);
    if (this.#isKnownLater(sampleId, revision)) return false;
    this.#known.set(sampleId, { decision, revision });
    return true;
  }

  /** An item that was read at a revision, with the verdict that is known by now. */
  over(item: QueueItem, revision: Revision): QueueItem {
    const { id, status, label } = item;
    return this.take(id, { status, label }, revision) ? item : { ...item, ...this.#known.get(id)?.decision };
  }

  /** Another dataset has other images. */
  forgetAll(): void {
    this.#known.clear();
  }

  #isKnownLater(sampleId: number, than: Revision): boolean {
    const known = this.#known.get(sampleId);
    return known !== undefined && (known.revision === null || this.#heard.isNewer(known.revision, than));
  }
}
