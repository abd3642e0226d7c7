import type { Status } from '../../../domain/verdicts.ts';
import type { BulkAnswer, UndoAnswer, VerdictAnswer } from '../../../protocol/api.ts';
import type { Announcer } from '../../shell/announcer.svelte.ts';
import type { LostDecision } from '../../shell/lostDecisions.svelte.ts';
import type { Session } from '../../shell/session.svelte.ts';
import { describeDecidedMany, describeDecision, plural } from '../../ui/wording.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Verdicts } from './verdicts.svelte.ts';
import {
  isOnOne,
  type Saved,
  type VerdictEvents,
  type VerdictFailure,
  type VerdictOn,
  type VerdictOnMany,
} from './verdicts.svelte.ts';

interface SavedVerdictsSource {
  readonly queue: ReviewQueue;
  readonly samples: Pick<Samples, 'patch' | 'refresh' | 'forgetDetails'>;
  readonly verdicts: Pick<Verdicts, 'unsaved' | 'unsavedOn' | 'settled' | 'discardFailed'>;
  /** The image that was gone to last. */
  readonly goal: number | null;
  readonly position: number;
  goTo(position: number): Promise<void>;
  showSample(id: number): Promise<void>;
  leaveRedone(id: number): Promise<void>;
  followHistory(sampleId: number): void;
}

/** What the review shows once a decision, an undo or a redo has been saved, or could not be. */
export class SavedVerdicts implements VerdictEvents {
  readonly #review: SavedVerdictsSource;
  readonly #session: Session;
  readonly #announcer: Announcer;
  /** Where the keys had got to when a save failed. */
  #resumeAt: number | null = null;
  /** Where the review was when the last undo or redo was asked for, or where one has taken it since. */
  #steppedFrom: number | null = null;

  constructor(review: SavedVerdictsSource, session: Session, announcer: Announcer) {
    this.#review = review;
    this.#session = session;
    this.#announcer = announcer;
  }

  onSaved({ sampleId }: VerdictOn, { changes, ...answer }: VerdictAnswer): void {
    this.#session.takeChange(answer);
    const { queue, samples, verdicts } = this.#review;
    if (verdicts.unsavedOn(sampleId) === 1) {
      for (const change of changes) samples.patch(change.sampleId, queue.settle(change, answer.revision));
    }
    this.#review.followHistory(sampleId);
    if (queue.isAdjudicating) void queue.recount(() => verdicts.settled()).catch(() => undefined);
    if (this.#resumeAt === null || this.#review.verdicts.unsaved > 1) return;
    const position = this.#resumeAt;
    this.#resumeAt = null;
    void this.#review.goTo(position);
  }

  onSavedMany(_verdict: VerdictOnMany, answer: BulkAnswer): void {
    this.#session.takeChange(answer);
    this.#review.queue.takeTally(answer);
    this.#announcer.say(describeDecidedMany(answer));
  }

  onStep(): void {
    this.#steppedFrom = this.#review.goal;
  }

  onUndone(kind: 'undo' | 'redo', result: UndoAnswer): void {
    this.#session.takeChange(result);
    void this.#showUndone(kind, result);
  }

  onFailure({ what }: VerdictFailure): void {
    this.#resumeAt ??= this.#review.position;
    if (!isOnOne(what)) return;
    this.#announcer.say(`The decision on ${what.image} could not be saved.`);
    void this.#review.showSample(what.sampleId);
  }

  describe(what: Saved): LostDecision {
    const dataset = this.#session.project?.name ?? '';
    if (typeof what === 'string') return { dataset, what };
    const label = this.#session.classAt(what.label);
    if (isOnOne(what)) return { dataset, what: `${what.image}: ${describeDecision(what.verdict, label)}` };
    const decision =
      what.verdict === 'suggestion' ? 'suggestion accepted' : describeDecision(statusOf(what.verdict), label);
    return { dataset, what: `${plural(what.count, 'image')}: ${decision}` };
  }

  onDatasetChanged(): Promise<void> {
    return this.#session.load();
  }

  onLost(lost: LostDecision): void {
    this.#session.lost.add(lost);
  }

  /** Another dataset is on the screen. */
  forget(): void {
    this.#resumeAt = null;
    this.#steppedFrom = null;
  }

  async discardFailed(): Promise<void> {
    const discarded = this.#review.verdicts.discardFailed();
    this.#resumeAt = null;
    if (!discarded || typeof discarded === 'string') return;
    if (!isOnOne(discarded)) return this.#review.queue.reload();
    this.#review.queue.giveUp(discarded.sampleId, discarded.before);
    await this.#refresh(discarded.sampleId);
    this.#announcer.say(`The decision on ${discarded.image} was not saved.`);
  }

  async #showUndone(kind: 'undo' | 'redo', { sampleIds, changed }: UndoAnswer): Promise<void> {
    const [first] = sampleIds;
    if (first === undefined) {
      this.#announcer.say(`Nothing to ${kind}.`);
      return;
    }
    const done = kind === 'undo' ? 'Undone' : 'Redone';
    if (changed > 1) {
      this.#review.samples.forgetDetails(null);
      await this.#review.queue.reload();
      await this.#showStep(kind, first);
      this.#announcer.say(`${done}: ${plural(changed, 'decision')}.`);
      return;
    }
    const detail = await this.#refresh(first);
    await this.#showStep(kind, first);
    if (!detail) return;
    const now = describeDecision(detail.status, this.#session.classAt(detail.label));
    this.#announcer.say(`${done}: ${detail.image} is ${now}.`);
  }

  /**
   * An undo shows the image that needs a decision again; a redo continues with the next one, so that the next key
   * does not replace what was redone. Who has gone elsewhere since it was asked for is not taken back.
   */
  async #showStep(kind: 'undo' | 'redo', sampleId: number): Promise<void> {
    if (this.#review.goal !== this.#steppedFrom) return;
    this.#steppedFrom = sampleId;
    if (kind === 'undo') return this.#review.showSample(sampleId);
    await this.#review.leaveRedone(sampleId);
    if (this.#steppedFrom === sampleId) this.#steppedFrom = this.#review.goal;
  }

  async #refresh(id: number) {
    const detail = await this.#review.samples.refresh(id);
    if (detail) this.#review.queue.take(id, detail, detail.revision);
    return detail;
  }
}

const statusOf = (verdict: 'label' | 'kept' | 'excluded' | 'ambiguous'): Status =>
  verdict === 'label' ? 'relabelled' : verdict;
