import { SvelteMap } from 'svelte/reactivity';
import { isTestSplit } from '../../../domain/splits.ts';
import type { Status, VerdictKind } from '../../../domain/verdicts.ts';
import type { PositionRange, QueueItem, View } from '../../../protocol/queue.ts';
import type { BulkVerdictKind, ReviewedChoice } from '../../../protocol/review.ts';
import type { CompleteQueueRequest } from '../../client/route.ts';
import type { Announcer } from '../../shell/announcer.svelte.ts';
import type { Session } from '../../shell/session.svelte.ts';
import type { VerdictGate } from '../../shell/verdictGate.svelte.ts';
import { describeDecision, plural } from '../../ui/wording.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Samples } from '../stage/samples.svelte.ts';
import type { Decision, Verdicts } from './verdicts.svelte.ts';

/** A bulk decision, and its effect on reviewed images. */
interface BulkDecision {
  verdict: BulkVerdictKind;
  /** For `label` only. */
  label?: number | null;
  reviewed: ReviewedChoice;
}

/** A decision that was just made, or why there was none; its number tells it from the same words before. */
interface Flash {
  words: string;
  undoable: boolean;
  number: number;
}

/** Long enough to be read at a glance, short enough to be gone by the image after the next. */
const FLASH_MS = 2500;

interface DecidingSource {
  readonly queue: ReviewQueue;
  readonly samples: Pick<Samples, 'patch' | 'forgetDetails'>;
  readonly verdicts: Verdicts;
  readonly selection: Selection;
  readonly request: CompleteQueueRequest;
  readonly view: View;
  /** What a key decides on, unless many are selected. */
  readonly target: QueueItem | null;
  /** Whether that is on the screen. */
  readonly ready: boolean;
  goTo(position: number): Promise<void>;
  leaveDecided(statusBefore: Status): void;
}

/**
 * The effects of a decision: on the image under review or on all selected ones, with its note, and the
 * questions before it.
 */
export class Deciding {
  readonly #review: DecidingSource;
  readonly #session: Session;
  readonly #announcer: Announcer;
  readonly #gate: VerdictGate;
  /** By the project and the image: a note that was begun is there again when its image is come back to. */
  readonly #notes = new SvelteMap<string, string>();

  #flash = $state.raw<Flash | null>(null);
  #flashEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(review: DecidingSource, session: Session, announcer: Announcer, gate: VerdictGate) {
    this.#review = review;
    this.#session = session;
    this.#announcer = announcer;
    this.#gate = gate;
  }

  /** What was decided a moment ago; null once that was shown for long enough. */
  get flash(): Flash | null {
    return this.#flash;
  }

  get canUndo(): boolean {
    const { verdicts } = this.#review;
    const something = this.#session.project?.canUndo || verdicts.unsaved > 0;
    return !verdicts.failure && something === true;
  }

  get canRedo(): boolean {
    return (this.#session.project?.canRedo ?? false) && this.#review.verdicts.unsaved === 0;
  }

  /** The note for the next decision on the image on the screen. */
  get note(): string {
    const { target } = this.#review;
    return target === null ? '' : (this.#notes.get(this.#noteKey(target)) ?? '');
  }

  /**
   * Keeps a note for the next decision on the current image; an image with a decision gets the same one
   * again, with the note.
   */
  setNote(text: string): void {
    const { target } = this.#review;
    if (target) this.#notes.set(this.#noteKey(target), text);
  }

  /** Adds the note to the current decision on the current image, which stays on the screen. */
  saveNote(): void {
    const { target, ready } = this.#review;
    if (!target || target.status === 'unreviewed' || !ready) return;
    if (this.#gate.asks(false, () => this.saveNote())) return;
    this.#save(target, target.status, target.status === 'relabelled' ? target.label : null);
  }

  /** Decides on the selected images, or the current one; saves, and shows the next. */
  decide(verdict: VerdictKind, label: number | null = null): void {
    const review = this.#review;
    if (!review.ready) return;
    if (review.selection.count > 0) {
      this.decideOnSelected(verdict === 'relabelled' ? 'label' : verdict, label);
      return;
    }
    const { target } = review;
    if (!target) return;
    const changes = verdict === 'relabelled' || verdict === 'excluded';
    if (this.#gate.asks(changes && target.inTestSplit, () => this.decide(verdict, label))) return;
    this.#save(target, verdict, label);
    review.leaveDecided(target.status);
  }

  /** Sets a class: choosing the given one keeps it. */
  setLabel(label: number): void {
    const { selection, target } = this.#review;
    if (selection.count > 0) this.decide('relabelled', label);
    else if (target?.given === label) this.decide('kept');
    else this.decide('relabelled', label);
  }

  /** A digit above the number of classes was pressed. */
  refuseDigit(digit: number): void {
    const { classes } = this.#session;
    if (digit <= classes.length) return;
    const words = classes.length === 1 ? 'There is 1 class.' : `There are ${classes.length} classes.`;
    this.#announcer.say(words);
    this.#show(words, false);
  }

  takeSuggestion(): void {
    const { ready, selection, target } = this.#review;
    if (!ready) return;
    if (selection.count > 0) this.decideOnSelected('suggestion');
    else if (target && target.suggested !== null) this.setLabel(target.suggested);
  }

  /** One verdict on all that is chosen. */
  decideOnSelected(verdict: BulkVerdictKind, label: number | null = null): void {
    const { ranges, reviewed } = this.#review.selection;
    this.decideOnMany(ranges, { verdict, label, reviewed });
  }

  /** One verdict on many images of the queue, undone as one step. */
  decideOnMany(ranges: readonly PositionRange[], bulk: BulkDecision): void {
    const { queue, verdicts, samples, selection, view } = this.#review;
    const queueId = queue.id;
    if (queueId === null || verdicts.failure) return;
    if (this.#leavesAll(ranges, bulk)) return;
    if (this.#gate.asks(this.#changesTestSplit(ranges, bulk), () => this.decideOnMany(ranges, bulk))) return;
    queue.patchRanges(ranges, (item) => decisionOf(item, bulk));
    const count = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    const { verdict, label = null, reviewed } = bulk;
    const role = queue.isAdjudicating ? 'adjudication' : 'vote';
    verdicts.saveMany({ queueId, ranges, count, verdict, label, reviewed, role });
    samples.forgetDetails(null);
    const after = selection.count > 0 ? ranges.at(-1)?.end : undefined;
    selection.clear();
    if (view === 'single' && after !== undefined) void this.#review.goTo(after);
  }

  undo(): void {
    this.#flash = null;
    if (this.canUndo) this.#review.verdicts.undo();
  }

  redo(): void {
    if (this.canRedo) this.#review.verdicts.redo();
  }

  /**
   * Whether a decision would skip every image that it applies to, which is announced: the selection stays.
   */
  #leavesAll(ranges: readonly PositionRange[], { reviewed }: BulkDecision): boolean {
    if (reviewed === 'replace') return false;
    const tally = this.#review.queue.knownTallyOf(ranges);
    if (tally === null || tally.reviewed < tally.images) return false;
    const images = tally.images === 1 ? 'This image was' : `All ${plural(tally.images, 'image')} were`;
    this.#announcer.say(`${images} already reviewed. Include reviewed images to change them.`);
    return true;
  }

  #noteKey({ id }: QueueItem): string {
    return `${id} ${this.#session.project?.projectFile ?? ''}`;
  }

  /** Items that are not loaded may be in a test split, if the queue contains any. */
  #changesTestSplit(ranges: readonly PositionRange[], bulk: BulkDecision): boolean {
    const { verdict } = bulk;
    const { queue, request } = this.#review;
    const shown = request.filter.splits;
    const splits = shown.length > 0 ? shown : (this.#session.project?.splits ?? []).map(({ name }) => name);
    if (verdict === 'kept' || verdict === 'ambiguous' || !splits.some(isTestSplit)) return false;
    return ranges.some(({ start, end }) => {
      for (let position = start; position < end; position++) {
        const item = queue.at(position);
        if (!item) return true;
        const after = decisionOf(item, bulk);
        if (item.inTestSplit && after !== null && after.status !== 'kept') return true;
      }
      return false;
    });
  }

  #save(item: QueueItem, verdict: VerdictKind, label: number | null): void {
    const { queue, samples, verdicts } = this.#review;
    const before = { status: item.status, label: item.label };
    const after = { status: verdict, label: verdict === 'excluded' ? null : (label ?? item.given) };
    const { note } = this;
    queue.give(item.id, after);
    samples.patch(item.id, after);
    const role = queue.isAdjudicating ? 'adjudication' : 'vote';
    verdicts.save({ sampleId: item.id, image: item.image, verdict, label, note, role, before });
    this.#notes.delete(this.#noteKey(item));
    const words = describeDecision(verdict, this.#session.classAt(after.label));
    this.#announcer.say(`${item.image}: ${words}.`);
    this.#show(words);
  }

  #show(words: string, undoable = true): void {
    this.#flash = { words, undoable, number: (this.#flash?.number ?? 0) + 1 };
    clearTimeout(this.#flashEnds);
    this.#flashEnds = setTimeout(() => {
      this.#flash = null;
    }, FLASH_MS);
  }
}

/** The result of a bulk decision for one image; null if it is unchanged. The core follows the same rule. */
function decisionOf(item: QueueItem, { verdict, label = null, reviewed }: BulkDecision): Decision | null {
  if (reviewed === 'skip' && item.status !== 'unreviewed') return null;
  if (verdict === 'excluded') return { status: 'excluded', label: null };
  if (verdict === 'ambiguous') return { status: 'ambiguous', label: item.given };
  const to = verdict === 'kept' ? item.given : verdict === 'suggestion' ? item.suggested : label;
  if (to === null) return null;
  return to === item.given ? { status: 'kept', label: to } : { status: 'relabelled', label: to };
}
