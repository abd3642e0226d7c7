import type { ProjectCounts, SampleDetail } from '../../shared/api.ts';
import type { QueueFilter, QueueItem } from '../../shared/queue.ts';
import type { Status, VerdictKind } from '../../shared/review.ts';
import { api, failureOf } from '../api.ts';
import { type CompleteQueueRequest, defaultRequest, reviewHash, sameRequest } from '../route.ts';
import { describeDecision, describeReading } from '../wording.ts';
import type { Announcer } from './announcer.svelte.ts';
import { PlaceKeeper } from './placeKeeper.ts';
import { Presentation, type Shown } from './presentation.svelte.ts';
import { ReviewQueue } from './queue.svelte.ts';
import { Samples } from './samples.svelte.ts';
import { SavedVerdicts } from './savedVerdicts.ts';
import type { Session } from './session.svelte.ts';
import { Verdicts } from './verdicts.svelte.ts';

const PREFETCHED_AHEAD = 6;
const PREFETCHED_BEHIND = 2;
const STRIP_ITEMS = 40;
const REFRESH_AT_MOST_EVERY_MS = 3000;

/** The review: where in which queue, what is on the screen, and what a verdict does. */
export class Review {
  readonly queue = new ReviewQueue();
  readonly samples = new Samples();
  readonly verdicts: Verdicts;
  readonly #presentation = new Presentation(this.samples);
  readonly #placeKeeper = new PlaceKeeper();
  readonly #session: Session;
  readonly #announcer: Announcer;
  readonly #saved: SavedVerdicts;
  #position = $state(0);
  #atEnd = $state(false);
  #readAtSnapshot = $state(0);
  #refreshedAt = 0;

  /** What is on the screen, with its verdict as it stands. */
  readonly item = $derived.by((): QueueItem | null => {
    const { shown } = this;
    if (!shown) return null;
    if (shown.position !== null) return this.queue.at(shown.position) ?? null;
    const detail = this.samples.detail(shown.id);
    return detail ? itemOf(detail) : null;
  });

  constructor(session: Session, announcer: Announcer) {
    this.#session = session;
    this.#announcer = announcer;
    this.#saved = new SavedVerdicts(this, session, announcer);
    this.verdicts = new Verdicts(this.#saved);
  }

  get request(): CompleteQueueRequest {
    return this.queue.request;
  }

  get hash(): string {
    return reviewHash(this.request, this.shown?.id ?? null);
  }

  /** Where the queue stands, which may be a moment ahead of what is on the screen. */
  get position(): number {
    return this.#position;
  }

  get shown(): Shown | null {
    return this.#presentation.shown;
  }

  get detail(): SampleDetail | null {
    return this.shown ? (this.samples.detail(this.shown.id) ?? null) : null;
  }

  /** Whether the image on the screen is the one that a key would judge. */
  get ready(): boolean {
    return this.item !== null && this.#presentation.settled && !this.#atEnd && !this.verdicts.failure;
  }

  get outsideQueue(): boolean {
    return this.shown !== null && this.shown.position === null;
  }

  /** A verdict has just been given on the last image, or on the last one without a verdict. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Images read by the model since the queue was made, which it cannot show. */
  get newResults(): number {
    const read = this.#session.project?.counts.read ?? 0;
    return this.queue.loaded ? Math.max(0, read - this.#readAtSnapshot) : 0;
  }

  get canUndo(): boolean {
    const something = this.#session.project?.canUndo || this.verdicts.unsaved > 0;
    return !this.verdicts.failure && something === true;
  }

  get canRedo(): boolean {
    return (this.#session.project?.canRedo ?? false) && this.verdicts.unsaved === 0;
  }

  /** Opens a queue, at an image where one is named. */
  async open(request: CompleteQueueRequest, sampleId: number | null = null): Promise<void> {
    // The core starts a queue at the place kept for it.
    if (sampleId !== null) await api.savePlace({ request, sampleId }).catch(() => undefined);
    await this.verdicts.settled();
    const start = await this.queue.load(request);
    if (start === null) return;
    this.#readAtSnapshot = this.#session.project?.counts.read ?? 0;
    await this.goTo(start);
  }

  changeFilter(change: Partial<QueueFilter>): Promise<void> {
    return this.changeRequest({ ...this.request, filter: { ...this.request.filter, ...change } });
  }

  /** Opens another queue; the address of the old one stays in the history. */
  async changeRequest(request: CompleteQueueRequest): Promise<void> {
    if (sameRequest(request, this.request) && !this.queue.failure) return;
    this.#placeKeeper.flush();
    history.pushState(null, '', reviewHash(request, null));
    await this.open(request);
  }

  clearFilters(): Promise<void> {
    const { show } = this.request.filter;
    return this.changeRequest({ ...this.request, filter: { ...defaultRequest.filter, show } });
  }

  /** Makes a new snapshot and stays at the image on the screen. */
  async refresh(): Promise<void> {
    this.samples.forgetDetails(this.shown?.id ?? null);
    await this.open(this.request, this.shown?.id ?? null);
  }

  async goTo(position: number): Promise<void> {
    this.#atEnd = false;
    if (this.queue.total === 0) {
      this.#presentation.clear();
      this.#placeKeeper.remember({ request: this.request, sampleId: null });
      return;
    }
    const isCurrent = this.#presentation.begin();
    const at = Math.max(0, Math.min(position, this.queue.total - 1));
    this.#position = at;
    if (!this.queue.at(at) && !(await this.#fetchItems(at, at))) return;
    const item = this.queue.at(at);
    if (!item || !isCurrent()) return;
    this.samples.cancelPicturesExcept(new Set([item.id, ...this.#nearby(at)]));
    if (!(await this.#presentation.show(item.id, at, isCurrent))) return;
    this.#placeKeeper.remember({ request: this.request, sampleId: item.id });
    this.#announceShown();
    await this.#lookAhead(at, isCurrent);
  }

  next(): Promise<void> {
    return this.goTo(this.outsideQueue ? this.#position : this.#position + 1);
  }

  previous(): Promise<void> {
    return this.goTo(this.outsideQueue ? this.#position : this.#position - 1);
  }

  async nextUnreviewed(): Promise<void> {
    const found = await this.queue.nextUnreviewed(this.#position).catch(() => null);
    if (found === null) this.#announcer.say('No image without a verdict follows soon.');
    else await this.goTo(found);
  }

  /** Makes a new snapshot and starts at its first image without a verdict. */
  async restart(): Promise<void> {
    await api.savePlace({ request: this.request, sampleId: null }).catch(() => undefined);
    await this.open(this.request);
  }

  /** Shows an image wherever it is, outside the queue if need be. */
  async showSample(id: number): Promise<void> {
    const position = this.queue.positionOf(id);
    if (position !== undefined) return this.goTo(position);
    this.#atEnd = false;
    const isCurrent = this.#presentation.begin();
    const detail = await this.samples.loadDetail(id);
    if (!detail || !isCurrent()) return;
    if (await this.#presentation.show(id, null, isCurrent)) this.#announceShown();
  }

  backToQueue(): Promise<void> {
    return this.goTo(this.#position);
  }

  /** Judges the image on the screen, saves, and shows the next. */
  judge(verdict: VerdictKind, label: number | null = null): void {
    const item = this.item;
    if (!item || !this.ready) return;
    const before = { status: item.status, label: item.label };
    const after = { status: verdict, label: verdict === 'excluded' ? null : (label ?? item.given) };
    this.queue.patch(item.id, after);
    this.samples.patch(item.id, after);
    this.verdicts.save({ sampleId: item.id, image: item.image, verdict, label, before });
    this.#announcer.say(`${item.image}: ${describeDecision(verdict, this.#session.classAt(after.label))}.`);
    if (this.outsideQueue) void this.backToQueue();
    else if (this.#endsWith(before.status)) this.#atEnd = true;
    else void this.next();
  }

  /** Sets a class: the given one is thereby kept. */
  setLabel(label: number): void {
    if (this.item?.given === label) this.judge('kept');
    else this.judge('relabelled', label);
  }

  undo(): void {
    if (this.canUndo) this.verdicts.undo();
  }

  redo(): void {
    if (this.canRedo) this.verdicts.redo();
  }

  discardFailed(): Promise<void> {
    return this.#saved.discardFailed();
  }

  /** New counts from the core: fills an empty queue and an image that was waiting to be read. */
  onCounts(counts: ProjectCounts): void {
    if (Date.now() - this.#refreshedAt < REFRESH_AT_MOST_EVERY_MS) return;
    const becameUseful = this.queue.loaded && this.queue.total === 0 && counts.flagged > 0;
    const waits = this.detail?.state === 'pending' && this.newResults > 0;
    if (!becameUseful && !waits) return;
    this.#refreshedAt = Date.now();
    if (waits && this.shown) void this.samples.refresh(this.shown.id);
    else void this.open(this.request);
  }

  /** The core may be another process now, which knows nothing of this queue. */
  async onReconnect(): Promise<void> {
    this.verdicts.retry();
    await this.verdicts.settled();
    await this.refresh();
  }

  lookAgain(): void {
    this.#atEnd = false;
  }

  keepPlaceNow(): void {
    this.#placeKeeper.flush();
  }

  forgetAll(): void {
    this.samples.forgetAll();
    this.#presentation.clear();
  }

  /** Whether the verdict just given was the last that this queue needs, or can take in its order. */
  #endsWith(statusBefore: Status): boolean {
    const wasLastUnreviewed = statusBefore === 'unreviewed' && this.queue.unreviewed === 0;
    return wasLastUnreviewed || this.#position === this.queue.total - 1;
  }

  #announceShown(): void {
    const { item } = this;
    if (!item) return;
    const reading = describeReading(
      this.#session.classAt(item.given),
      this.#session.classAt(item.suggested),
      this.detail?.state,
    );
    this.#announcer.follow(`Image ${this.#position + 1} of ${this.queue.total}. ${reading}`);
  }

  async #lookAhead(position: number, isCurrent: () => boolean): Promise<void> {
    // Further in items than in pictures: the film strip shows them.
    const fetched = await this.#fetchItems(position - STRIP_ITEMS, position + STRIP_ITEMS);
    if (fetched && isCurrent()) this.samples.prefetch(this.#nearby(position));
  }

  /** The images that are likely to be looked at next, likeliest first. */
  #nearby(position: number): number[] {
    const ids: number[] = [];
    for (let ahead = 1; ahead <= PREFETCHED_AHEAD; ahead++)
      ids.push(this.queue.at(position + ahead)?.id ?? 0);
    for (let behind = 1; behind <= PREFETCHED_BEHIND; behind++)
      ids.push(this.queue.at(position - behind)?.id ?? 0);
    return ids.filter((id) => id > 0);
  }

  /** False where the items cannot be had; a queue that the core has forgotten is asked for anew. */
  async #fetchItems(from: number, to: number): Promise<boolean> {
    try {
      await this.queue.ensure(from, to);
      return true;
    } catch (error) {
      if (failureOf(error).code === 'not-found') await this.refresh();
      return false;
    }
  }
}

function itemOf(detail: SampleDetail): QueueItem {
  return {
    id: detail.id,
    image: detail.image,
    given: detail.given,
    suggested: detail.reading?.suggested ?? null,
    score: null,
    status: detail.status,
    label: detail.label,
  };
}
