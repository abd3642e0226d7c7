import type { QueueItem } from '../../../protocol/queue.ts';
import type { Revision } from '../../../protocol/revision.ts';
import { type CoreOrder, coresOfPage } from '../../client/newest.svelte.ts';
import type { Decision } from './verdicts.svelte.ts';

/**
 * The decisions that the page knows besides those that its items came with: the ones made here, even before
 * they are saved, and the ones that the core has reported. An item that was loaded before such a decision
 * does not hide it.
 */
export class Decisions {
  /** A decision made here; shown until the core has answered it. */
  readonly #given = new Map<number, Decision>();
  /** The newest that the core has ofCore. */
  readonly #ofCore = new Map<number, { decision: Decision; revision: Revision }>();
  readonly #cores: CoreOrder;

  constructor(cores: CoreOrder = coresOfPage) {
    this.#cores = cores;
  }

  /** A verdict was given here. */
  give(sampleId: number, decision: Decision): void {
    this.#given.set(sampleId, decision);
  }

  /**
   * The core has saved the last decision made here, and answers with the resulting label. @returns the newest
   * that the core has reported
   */
  settle(sampleId: number, decision: Decision, revision: Revision): Decision {
    this.#given.delete(sampleId);
    this.take(sampleId, decision, revision);
    return this.#ofCore.get(sampleId)?.decision ?? decision;
  }

  /** A decision made here will not be saved after all. */
  giveUp(sampleId: number): void {
    this.#given.delete(sampleId);
  }

  /** Takes the core's state of an image. @returns whether to show it */
  take(sampleId: number, decision: Decision, revision: Revision): boolean {
    this.#cores.add(revision);
    const ofCore = this.#ofCore.get(sampleId);
    if (ofCore && this.#cores.isNewer(ofCore.revision, revision)) return false;
    this.#ofCore.set(sampleId, { decision, revision });
    return !this.#given.has(sampleId);
  }

  /** An item that was loaded at a revision, with the decision known by now. */
  over(item: QueueItem, revision: Revision): QueueItem {
    const { id, status, label } = item;
    if (this.take(id, { status, label }, revision)) return item;
    return { ...item, ...(this.#given.get(id) ?? this.#ofCore.get(id)?.decision) };
  }

  /** Another dataset has other images. */
  forgetAll(): void {
    this.#given.clear();
    this.#ofCore.clear();
  }
}
