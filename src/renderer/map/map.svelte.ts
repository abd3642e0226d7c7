import { isTestSplit } from '../../domain/splits.ts';
import { decodePoints, type MapAction, type MapPoints, type MapState } from '../../protocol/map.ts';
import type { BulkVerdictKind, ReviewedChoice } from '../../protocol/review.ts';
import { api } from '../client/api.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { LatestOnly, OVERTAKEN } from '../client/latestOnly.ts';
import { openedDataset } from '../client/openedDataset.svelte.ts';
import type { Session } from '../shell/session.svelte.ts';
import type { VerdictGate } from '../shell/verdictGate.svelte.ts';
import { formatCount, plural } from '../ui/wording.ts';
import type { Colouring } from './pointColours.ts';

const SKELETON_AFTER_MS = 150;

/** The map of all embeddings as the page shows it: its points, and the ones that are chosen. */
export class ImageMap {
  readonly #session: Session;
  readonly #gate: VerdictGate;
  readonly #pointRequests = new LatestOnly();
  #points = $state.raw<MapPoints | null>(null);
  #chosen = $state.raw<readonly number[]>([]);
  #failure = $state.raw<ApiFailure | null>(null);
  #slow = $state(false);
  #done = $state('');
  #undoable = $state(false);
  #reviewed = $state<ReviewedChoice>('skip');

  /** Selected images that are reviewed. */
  readonly chosenReviewed: number = $derived.by(() => {
    const { status } = this.#points ?? {};
    return status === undefined ? 0 : this.#chosen.filter((index) => status[index] !== 0).length;
  });

  constructor(session: Session, gate: VerdictGate) {
    this.#session = session;
    this.#gate = gate;
  }

  /** As last reported by the core; null before that. */
  get state(): MapState | null {
    return this.#session.map;
  }

  get points(): MapPoints | null {
    return this.#points;
  }

  /** What its points are coloured by. */
  colouring = $state<Colouring>('given');

  /** Another dataset was opened, or its images are others now. */
  forget(): void {
    this.#points = null;
    this.#failure = null;
    this.#pointRequests.end();
    this.choose([]);
  }

  /** Indices into the points. */
  get chosen(): readonly number[] {
    return this.#chosen;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  get slow(): boolean {
    return this.#slow;
  }

  /** The last bulk verdict changed something that can be undone. */
  get undoable(): boolean {
    return this.#undoable;
  }

  /** The effect of the last bulk decision; '' before, and after its undo. */
  get done(): string {
    return this.#done;
  }

  async load(): Promise<void> {
    await this.attempt(async () => {
      const map = await api.map();
      this.#session.takeMap(map);
      if (map.info !== null) await this.#fetchPoints();
    });
  }

  /** Updates the labels of the points; the selection stays. */
  async loadPoints(): Promise<void> {
    await this.attempt(() => this.#fetchPoints());
  }

  async #fetchPoints(): Promise<void> {
    const bytes = await this.#pointRequests.ask(() => api.mapPoints());
    if (bytes === OVERTAKEN) return;
    const points = decodePoints(bytes);
    const chosenIds = new Set(this.#chosenIds());
    const moved = chosenIds.size > 0 && !sameIds(points.ids, this.#points?.ids);
    this.#points = points;
    if (moved)
      this.#chosen = [...points.ids.keys()].filter((index) => chosenIds.has(points.ids[index] as number));
  }

  async act(action: MapAction): Promise<void> {
    await this.attempt(async () => {
      this.#session.takeMap(await api.actOnMap(action));
    });
  }

  choose(indices: readonly number[]): void {
    this.#chosen = indices;
    this.#done = '';
    this.#reviewed = 'skip';
  }

  /** What a decision does to selected images that are reviewed. */
  get reviewed(): ReviewedChoice {
    return this.#reviewed;
  }

  set reviewed(choice: ReviewedChoice) {
    this.#reviewed = choice;
  }

  /** Makes a queue of the selection; false if the core refused it. */
  async openAsQueue(): Promise<boolean> {
    return this.attempt(() => api.select(this.#chosenIds()));
  }

  /**
   * The same decision on the whole selection: as a queue of its own it is one step, however many images it
   * has.
   * @param words the effect, as the end of a sentence: "set to fear"
   */
  async decide(verdict: BulkVerdictKind, label: number | null, words: string): Promise<void> {
    const changes = verdict === 'label' || verdict === 'excluded';
    const inTestSplit = this.#session.project?.splits.some(({ name }) => isTestSplit(name)) ?? false;
    if (this.#gate.asks(changes && inTestSplit, () => void this.decide(verdict, label, words))) return;
    const { opening } = openedDataset;
    if (opening === null) return;
    const lost = {
      dataset: this.#session.project?.name ?? '',
      what: `${plural(this.#chosen.length, 'image')} ${words}`,
    };
    const saved = await this.attempt(async () => {
      await api.select(this.#chosenIds());
      const { queueId, total } = await api.createQueue({ filter: { show: 'selection' } });
      const reviewed = this.#reviewed;
      const requestId = crypto.randomUUID();
      const bulk = { ranges: [{ start: 0, end: total }], verdict, label, reviewed, requestId };
      const answer = await api.saveBulkVerdict(opening, queueId, bulk);
      this.#session.takeChange(answer);
      this.#done = answer.changed === 0 ? 'Nothing changed.' : `${plural(answer.changed, 'image')} ${words}.`;
      if (answer.skipped > 0) this.#done += ` ${formatCount(answer.skipped)} already reviewed, skipped.`;
      this.#undoable = answer.changed > 0;
      this.#reviewed = 'skip';
    });
    if (saved) await this.loadPoints();
    else if (this.#failure?.code === 'dataset-changed') this.#session.lost.add(lost);
  }

  async undo(): Promise<void> {
    const { opening } = openedDataset;
    if (opening === null) return;
    await this.attempt(async () => {
      this.#session.takeChange(await api.undo(opening, crypto.randomUUID()));
      this.#done = '';
      await this.loadPoints();
    });
  }

  #chosenIds(): number[] {
    const { points } = this;
    return points === null ? [] : this.#chosen.map((index) => points.ids[index] as number);
  }

  /** Does something that may fail, and keeps the reason; false if it has failed. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    const skeleton = setTimeout(() => {
      this.#slow = true;
    }, SKELETON_AFTER_MS);
    try {
      await work();
      this.#failure = null;
      return true;
    } catch (error) {
      this.#failure = failureOf(error);
      return false;
    } finally {
      clearTimeout(skeleton);
      this.#slow = false;
    }
  }
}

/** The points belong to other images only if the list of images has changed. */
function sameIds(left: Int32Array, right: Int32Array | undefined): boolean {
  return left.length === right?.length && left.every((id, index) => id === right[index]);
}
