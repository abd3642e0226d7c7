import type { Status, VerdictKind } from '../../../domain/verdicts.ts';
import type { BulkAnswer, UndoAnswer, VerdictAnswer } from '../../../protocol/api.ts';
import type { PositionRange } from '../../../protocol/queue.ts';
import type { BulkVerdictKind, ReviewedChoice, WaitingSave } from '../../../protocol/review.ts';
import { api } from '../../client/api.ts';
import { ApiFailure, failureOf } from '../../client/failure.ts';
import { openedDataset } from '../../client/openedDataset.svelte.ts';
import { SaveQueue } from '../../client/saveQueue.ts';
import type { LostDecision } from '../../shell/lostDecisions.svelte.ts';

/** The queue's view of an image's decision. */
export interface Decision {
  status: Status;
  /** The label after the verdict; null when excluded. */
  label: number | null;
}

export interface VerdictOn {
  sampleId: number;
  image: string;
  verdict: VerdictKind;
  /** For `relabelled` only. */
  label: number | null;
  note: string;
  /** In the queue of disagreements it is an adjudication. */
  role?: 'vote' | 'adjudication';
  before: Decision;
}

/** A verdict on many images of a queue. */
export interface VerdictOnMany {
  queueId: string;
  ranges: readonly PositionRange[];
  count: number;
  verdict: BulkVerdictKind;
  /** For `label` only. */
  label: number | null;
  /** What happens to reviewed images. */
  reviewed: ReviewedChoice;
  role: 'vote' | 'adjudication';
}

export type Saved = VerdictOn | VerdictOnMany | 'undo' | 'redo';

interface PendingSave {
  what: Saved;
  /** Of the dataset that it is about. */
  opening: string;
  request: WaitingSave;
  send(): Promise<void>;
}

export interface VerdictFailure {
  what: Saved;
  failure: ApiFailure;
}

export const isOnOne = (what: Saved): what is VerdictOn => typeof what === 'object' && 'sampleId' in what;

export interface VerdictEvents {
  onSaved(verdict: VerdictOn, answer: VerdictAnswer): void;
  onSavedMany(verdict: VerdictOnMany, answer: BulkAnswer): void;
  /** An undo or a redo was asked for. */
  onStep(): void;
  onUndone(kind: 'undo' | 'redo', result: UndoAnswer): void;
  onFailure(failure: VerdictFailure): void;
  /** In words, as long as its dataset is on the screen. */
  describe(what: Saved): LostDecision;
  /** The core has another opening open than the page knows: asks for the state. */
  onDatasetChanged(): Promise<void>;
  /** It can never be saved: its dataset is closed. */
  onLost(lost: LostDecision): void;
}

/** Result of `#saveIn` if the dataset is closed. */
const LOST = Symbol('lost');

const RETRY_AFTER_MS = 4000;

/**
 * Verdicts, undo and redo on their way to the core, strictly in the order of the keys. Each has an id, so that one sent
 * twice counts once, and names the opening of its dataset, so that it is never saved in another.
 */
export class Verdicts {
  #unsaved = $state(0);
  #failure = $state.raw<VerdictFailure | null>(null);
  readonly #events: VerdictEvents;
  readonly #saveQueue: SaveQueue<PendingSave>;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: VerdictEvents) {
    this.#events = events;
    this.#saveQueue = new SaveQueue<PendingSave>({
      onChange: () => {
        this.#unsaved = this.#saveQueue.waiting.length;
      },
      onFailure: (save, error) => this.#fail(save, error),
    });
  }

  get unsaved(): number {
    return this.#unsaved;
  }

  get failure(): VerdictFailure | null {
    return this.#failure;
  }

  /** Verdicts on this image that the core has not answered to. */
  unsavedOn(sampleId: number): number {
    return this.#saveQueue.waiting.filter(
      ({ what, opening }) =>
        isOnOne(what) && what.sampleId === sampleId && openedDataset.nowOf(opening) !== null,
    ).length;
  }

  save(verdict: VerdictOn): void {
    const request = {
      sampleIds: [verdict.sampleId],
      verdict: verdict.verdict,
      label: verdict.label,
      note: verdict.note,
      role: verdict.role ?? 'vote',
      requestId: crypto.randomUUID(), // the same on each retry, so that it is processed once
    };
    this.#add(
      verdict,
      { kind: 'verdict', request },
      (opening) => api.saveVerdict(opening, request),
      (answer) => this.#events.onSaved(verdict, answer),
    );
  }

  saveMany(verdict: VerdictOnMany): void {
    const { queueId, ranges, verdict: kind, label, reviewed, role } = verdict;
    const requestId = crypto.randomUUID();
    const request = { ranges: [...ranges], verdict: kind, label, reviewed, role, requestId };
    this.#add(
      verdict,
      { kind: 'bulk', queueId, request },
      (opening) => api.saveBulkVerdict(opening, queueId, request),
      (answer) => this.#events.onSavedMany(verdict, answer),
    );
  }

  undo(): void {
    this.#addStep('undo');
  }

  redo(): void {
    this.#addStep('redo');
  }

  retry(): void {
    if (!this.#saveQueue.failed) return;
    clearTimeout(this.#retryTimer);
    this.#failure = null;
    this.#saveQueue.retry();
  }

  /** Drops the failed save and returns it, so that its image can be shown as before. */
  discardFailed(): Saved | undefined {
    if (!this.#saveQueue.failed) return undefined;
    clearTimeout(this.#retryTimer);
    this.#failure = null;
    return this.#saveQueue.discardFailed()?.what;
  }

  /** The page is being left. Saves that were already sent are not processed twice. */
  sendAll(): void {
    const { opening } = openedDataset;
    const waiting = this.#saveQueue.waiting.filter((save) => openedDataset.nowOf(save.opening) !== null);
    if (opening === null || waiting.length === 0) return;
    api
      .saveWaiting(
        opening,
        waiting.map(({ request }) => request),
      )
      .catch(() => undefined);
  }

  settled(): Promise<void> {
    return this.#saveQueue.settled();
  }

  #addStep(kind: 'undo' | 'redo'): void {
    const requestId = crypto.randomUUID();
    this.#events.onStep();
    this.#add(
      kind,
      { kind, requestId },
      (opening) => (kind === 'undo' ? api.undo(opening, requestId) : api.redo(opening, requestId)),
      (result) => this.#events.onUndone(kind, result),
    );
  }

  /** A decision is about the dataset on the screen, and is saved in that one or in none. */
  #add<Answer>(
    what: Saved,
    request: WaitingSave,
    save: (opening: string) => Promise<Answer>,
    onSaved: (answer: Answer) => void,
  ): void {
    const { opening } = openedDataset;
    if (opening === null) return;
    const lost = this.#events.describe(what);
    this.#saveQueue.add({
      what,
      request,
      opening,
      send: async () => {
        const answer = await this.#saveIn(opening, save);
        this.#failure = null;
        if (answer === LOST) this.#events.onLost(lost);
        else if (openedDataset.nowOf(opening) !== null) onSaved(answer);
      },
    });
  }

  async #saveIn<Answer>(
    opening: string,
    save: (opening: string) => Promise<Answer>,
  ): Promise<Answer | typeof LOST> {
    const now = openedDataset.nowOf(opening);
    if (now === null) return LOST;
    try {
      return await save(now);
    } catch (error) {
      if (failureOf(error).code !== 'dataset-changed') throw error;
    }
    // The page does not know yet. A restarted core has the same dataset open again, under another id.
    await this.#events.onDatasetChanged();
    const known = openedDataset.nowOf(opening);
    if (known === null) return LOST;
    if (known === now)
      throw new ApiFailure('connection', 'The program behind this page does not answer.', '');
    return save(known);
  }

  #fail(save: PendingSave, error: unknown): void {
    const repeated = this.#failure !== null;
    this.#failure = { what: save.what, failure: failureOf(error) };
    if (!repeated) this.#events.onFailure(this.#failure);
    if (this.#failure.failure.mayPass) {
      this.#retryTimer = setTimeout(() => this.#saveQueue.retry(), RETRY_AFTER_MS);
    }
  }
}
