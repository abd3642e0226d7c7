import type { QueueItem } from '../../../protocol/queue.ts';
import type { Revision } from '../../../protocol/revision.ts';
import { type HeardCores, heardByPage } from '../../client/newest.svelte.ts';
import type { Decision } from './verdicts.svelte.ts';

/**
 * The verdicts that the page knows of beside those that its items came with: the ones given here, also before they
 * are saved, and the ones that the core has told of. An item that was read before such a verdict does not hide it.
 */
export class Decisions {
  /** Given here; as long as the core has not answered to it, it is what is shown. */
  readonly #given = new Map<number, Decision>();
  /** The newest that the core has said. */
  readonly #said = new Map<number, { decision: Decision; revision: Revision }>();
  readonly #heard: HeardCores;

  constructor(heard: HeardCores = heardByPage) {
    this.#heard = heard;
  }

  /** A verdict was given here. */
  give(sampleId: number, decision: Decision): void {
    this.#given.set(sampleId, decision);
  }

  /** The core has saved the last verdict that was given here, and says what stands. @returns the newest that it has said */
  settle(sampleId: number, decision: Decision, revision: Revision): Decision {
    this.#given.delete(sampleId);
    this.take(sampleId, decision, revision);
    return this.#said.get(sampleId)?.decision ?? decision;
  }

  /** What was given here is not to be saved after all. */
  giveUp(sampleId: number): void {
    this.#given.delete(sampleId);
  }

  /** Takes what the core says of an image. @returns whether it is to be shown */
  take(sampleId: number, decision: Decision, revision: Revision): boolean {
    this.#heard.hear(revision);
    const said = this.#said.get(sampleId);
    if (said && this.#heard.isNewer(said.revision, revision)) return false;
    this.#said.set(sampleId, { decision, revision });
    return !this.#given.has(sampleId);
  }

  /** An item that was read at a revision, with the verdict that is known by now. */
  over(item: QueueItem, revision: Revision): QueueItem {
    const { id, status, label } = item;
    if (this.take(id, { status, label }, revision)) return item;
    return { ...item, ...(this.#given.get(id) ?? this.#said.get(id)?.decision) };
  }

  /** Another dataset has other images. */
  forgetAll(): void {
    this.#given.clear();
    this.#said.clear();
  }
}
