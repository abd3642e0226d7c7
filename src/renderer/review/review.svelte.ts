import type { Status } from '../../domain/verdicts.ts';
import type { SampleDetail } from '../../protocol/api.ts';
import type { PositionRange, QueueGroup, QueueItem, View } from '../../protocol/queue.ts';
import { AfterFrame } from '../client/afterFrame.ts';
import { failureOf } from '../client/failure.ts';
import { type CompleteQueueRequest, reviewHash } from '../client/route.ts';
import type { Announcer } from '../shell/announcer.svelte.ts';
import type { Session } from '../shell/session.svelte.ts';
import type { VerdictGate } from '../shell/verdictGate.svelte.ts';
import { Thumbnails } from '../ui/thumbnails.svelte.ts';
import { describeLabel } from '../ui/wording.ts';
import { Deciding } from './decisions/deciding.svelte.ts';
import { SavedVerdicts } from './decisions/savedVerdicts.ts';
import { suggestionOf } from './decisions/suggestion.ts';
import { Verdicts } from './decisions/verdicts.svelte.ts';
import { SimilarImages } from './evidence/similarImages.svelte.ts';
import { QueueChoice } from './filters/queueChoice.ts';
import { GridMeasure } from './grid/gridMeasure.svelte.ts';
import { Selection } from './grid/selection.svelte.ts';
import { CoreNews } from './queue/coreNews.ts';
import { Following } from './queue/following.ts';
import { itemOf } from './queue/itemOf.ts';
import { Moves } from './queue/moves.ts';
import { NewResults } from './queue/newResults.svelte.ts';
import { Openings } from './queue/openings.svelte.ts';
import { PlaceKeeper } from './queue/placeKeeper.ts';
import { ReviewQueue } from './queue/queue.svelte.ts';
import { Comparison } from './stage/comparison.svelte.ts';
import { PictureView } from './stage/pictureView.svelte.ts';
import { Prefetch } from './stage/prefetch.ts';
import { Presentation } from './stage/presentation.svelte.ts';
import { Samples } from './stage/samples.svelte.ts';
import type { Shown } from './stage/shown.ts';

const STRIP_ITEMS = 40;

/** The details of an image, and its current decision. */
interface Evidence {
  detail: SampleDetail;
  item: QueueItem;
}

/** The review: the position in the queue, the screen, and the effects of a decision. */
export class Review {
  readonly queue = new ReviewQueue();
  readonly samples = new Samples();
  readonly neighbours = new SimilarImages();
  readonly thumbnails = new Thumbnails();
  readonly verdicts: Verdicts;
  readonly selection = new Selection();
  readonly picture = new PictureView();
  readonly grid = new GridMeasure();
  readonly deciding: Deciding;
  readonly moves: Moves;
  readonly openings: Openings;
  readonly choice = new QueueChoice(this);
  readonly comparison: Comparison;
  readonly news = new CoreNews(this);
  readonly following = new Following(this);
  readonly newResults: NewResults;
  readonly #presentation = new Presentation(this.samples);
  readonly #prefetch = new Prefetch(this);
  readonly #prefetching = new AfterFrame(() => {
    if (this.#view === 'single') this.prefetch();
  });
  readonly #placeKeeper = new PlaceKeeper();
  readonly #session: Session;
  readonly #announcer: Announcer;
  readonly #saved: SavedVerdicts;
  #position = $state(0);
  #atEnd = $state(false);
  /** The queue that was opened at the place kept for it, and that place; null once a person has gone back from there. */
  #reopened = $state.raw<{ lineage: number; position: number } | null>(null);
  #view = $state<View>('single');
  #evidence: Evidence | null = null;
  #goal: number | null = null;
  /** What was on the screen when the last move in the queue began. */
  #left: Shown | null = null;

  /** What is on the screen, with its current decision. */
  readonly item = $derived.by((): QueueItem | null => {
    const { shown } = this;
    if (!shown) return null;
    const item = shown.position === null ? undefined : this.queue.at(shown.position);
    if (item?.id === shown.id) return item; // else it is of a queue that has just come
    const detail = this.samples.detail(shown.id);
    return detail ? itemOf(detail) : null;
  });

  /**
   * What a key applies to, unless several images are selected: the image on the screen, or the one under the
   * grid's frame.
   */
  readonly target = $derived.by((): QueueItem | null =>
    this.#view === 'grid' ? (this.queue.at(this.#position) ?? null) : this.item,
  );

  /** The image that the side panels describe; while they are loading, the previous one. */
  readonly evidence = $derived.by((): Evidence | null => {
    const { shown, beside } = this.#presentation;
    if (shown === null || beside === null) return null;
    if (shown.id === beside.id) {
      const { detail, item } = this;
      this.#evidence = detail && item && { detail, item };
    }
    return this.#evidence;
  });

  /** The group of the queue that the position is in. */
  readonly group = $derived.by((): QueueGroup | null => {
    const position = this.#position;
    return (
      this.queue.groups.find(({ start, count }) => position >= start && position < start + count) ?? null
    );
  });

  constructor(session: Session, announcer: Announcer, gate: VerdictGate) {
    this.#session = session;
    this.#announcer = announcer;
    this.#saved = new SavedVerdicts(this, session, announcer);
    this.verdicts = new Verdicts(this.#saved);
    this.openings = new Openings(this, this.#placeKeeper);
    this.newResults = new NewResults(this, session);
    this.deciding = new Deciding(this, session, announcer, gate);
    this.moves = new Moves(this, announcer);
    this.comparison = new Comparison(this, announcer);
  }

  get request(): CompleteQueueRequest {
    return this.queue.request;
  }

  get view(): View {
    return this.#view;
  }

  /** The view of the queue, from the next move on. */
  set view(view: View) {
    this.#view = view;
  }

  /** The image that was gone to last, which may not be on the screen yet; null before any. */
  get goal(): number | null {
    return this.#goal;
  }

  get hash(): string {
    return reviewHash(this.request, this.openings.leaving ? null : (this.target?.id ?? null), this.#view);
  }

  /** Position of the queue, which may be a moment ahead of the screen. */
  get position(): number {
    return this.#position;
  }

  get shown(): Shown | null {
    return this.#presentation.shown;
  }

  get detail(): SampleDetail | null {
    return this.shown ? (this.samples.detail(this.shown.id) ?? null) : null;
  }

  /** Whether a key would apply to what is on the screen. */
  get ready(): boolean {
    const settled = this.#view === 'grid' || this.#presentation.settled;
    return (
      this.target !== null && settled && !this.#atEnd && !this.openings.leaving && !this.verdicts.failure
    );
  }

  get outsideQueue(): boolean {
    return this.shown !== null && this.shown.position === null;
  }

  /** The same, and no move to the queue is under way. */
  get staysOutside(): boolean {
    return this.outsideQueue && this.shown !== this.#left;
  }

  /** A verdict has just been given on the last image, or on the last one without a verdict. */
  get atEnd(): boolean {
    return this.#atEnd;
  }

  /** Every image of the queue is decided, and nothing else is visible. */
  get isDone(): boolean {
    return this.#atEnd && this.queue.unreviewed === 0;
  }

  /**
   * Adds the results that arrived since the queue was made, and continues with them from its end. One that is done and cannot be
   * extended is made again. @returns whether they are in it
   */
  async extendQueue(): Promise<boolean> {
    const { total } = this.queue;
    if (await this.following.run()) {
      if (this.#atEnd && this.queue.total > total) await this.moves.nextAfter('unreviewed');
      return true;
    }
    if (!this.isDone || this.following.possible) return false;
    await this.openings.restart();
    if (this.queue.total > 0 && this.queue.unreviewed === 0) this.#atEnd = true;
    return true;
  }

  get inSight(): PositionRange {
    return { start: this.#position - STRIP_ITEMS, end: this.#position + STRIP_ITEMS };
  }

  prefetch(): void {
    this.#prefetch.from(this.#position);
  }

  /** Searches for the images most like the one on the screen, and then ahead, for those of the next one; for none where that is null. */
  findSimilar(id: number | null): void {
    const next = this.outsideQueue ? [] : this.#prefetch.nearby(this.#position).slice(0, 1);
    this.neighbours.want(id === null ? [] : [id, ...next]);
  }

  /** Opens a queue where it was left. */
  async reopen(
    ...place: [request: CompleteQueueRequest, sampleId: number | null, view: View]
  ): Promise<void> {
    await this.openings.open(...place);
    const { lineage, startedAt: position } = this.queue;
    this.#reopened = this.#position < position ? null : { lineage, position };
  }

  /** Images without a decision before the place at which the queue was reopened, until a person goes back. */
  get skipped(): number {
    return this.#reopened?.lineage === this.queue.lineage ? this.queue.unreviewedBefore : 0;
  }

  toggleView(): void {
    this.#placeKeeper.flush();
    const view = this.#view === 'grid' ? 'single' : 'grid';
    history.pushState(null, '', reviewHash(this.request, this.target?.id ?? null, view));
    void this.setView(view);
  }

  /** One image large, that at a position of the queue. */
  async showSingle(position: number): Promise<void> {
    this.#view = 'single';
    this.selection.clear();
    await this.goTo(position);
  }

  /** The other view is at the position of this one. */
  async setView(view: View): Promise<void> {
    this.#view = view;
    this.comparison.end();
    if (view === 'single') this.selection.clear();
    await this.goTo(this.#position);
  }

  /** @param entry of the browser's history, to which the move belongs; null in a queue that is being left */
  async goTo(
    position: number,
    entry = this.openings.leaving ? null : this.#placeKeeper.entry,
  ): Promise<void> {
    this.#atEnd = false;
    if (this.queue.total === 0) {
      this.#presentation.clear();
      this.#rememberPlace(null, entry);
      return;
    }
    const isCurrent = this.#presentation.begin();
    const at = Math.max(0, Math.min(position, this.queue.total - 1));
    this.#position = at;
    this.#left = this.shown;
    this.queue.hold(at);
    if (this.#reopened !== null && at < this.#reopened.position) this.#reopened = null;
    if (!this.queue.at(at) && !(await this.#fetchItems(at, at))) return;
    const item = this.queue.at(at);
    if (!item || !isCurrent()) return;
    this.#goal = item.id;
    if (this.#view === 'grid') {
      this.#rememberPlace(item.id, entry);
      this.#announceShown();
      return;
    }
    this.samples.cancelPicturesExcept(new Set([item.id, ...this.#prefetch.nearby(at)]));
    if (!(await this.#presentation.show(item.id, at, isCurrent))) return;
    this.comparison.follow(item.id);
    this.#rememberPlace(item.id, entry);
    this.#announceShown();
    // Further in items than in pictures: the film strip shows them.
    const fetched = await this.#fetchItems(at - STRIP_ITEMS, at + STRIP_ITEMS);
    if (fetched && isCurrent()) this.#prefetching.want();
  }

  /** Shows an image wherever it is, outside the queue if need be. */
  async showSample(id: number): Promise<void> {
    const isCurrent = this.#presentation.begin();
    this.#goal = id;
    const position = await this.queue.findPosition(id);
    if (!isCurrent()) return;
    if (position !== null) return this.goTo(position);
    this.#atEnd = false;
    this.#view = 'single';
    const detail = await this.samples.loadDetail(id);
    if (!detail || !isCurrent()) return;
    if (!(await this.#presentation.show(id, null, isCurrent))) return;
    this.#announceShown();
  }

  backToQueue(): Promise<void> {
    return this.goTo(this.#position);
  }

  /** A decision was just made on the image under review, which had this status: moves to the next. */
  leaveDecided(statusBefore: Status): void {
    if (this.comparison.surveys) void this.comparison.advance();
    else if (this.outsideQueue) void this.backToQueue();
    else if (this.#view === 'single' && this.#endsWith(statusBefore)) this.#atEnd = true;
    else void this.moves.nextAfter(statusBefore);
  }

  /** A decision was redone on an image, or on several from it on: moves to the next that needs one. */
  async leaveRedone(id: number): Promise<void> {
    const isCurrent = this.#presentation.begin();
    this.#goal = id;
    const position = await this.queue.findPosition(id);
    if (!isCurrent()) return;
    if (position === null) return this.backToQueue();
    if (this.comparison.surveys) return this.showSample(id);
    this.#position = position;
    if (this.#view === 'single' && this.#endsWith('unreviewed')) this.#atEnd = true;
    else await this.moves.nextAfter('unreviewed');
  }

  discardFailed(): Promise<void> {
    return this.#saved.discardFailed();
  }

  /** An image was decided: its history is loaded at once only if it is on the screen. */
  followHistory(sampleId: number): void {
    if (this.shown?.id === sampleId) void this.samples.refresh(sampleId);
    else this.samples.outdate(sampleId);
  }

  lookAgain(): void {
    this.#atEnd = false;
  }

  keepPlaceNow(): void {
    this.#placeKeeper.flush();
  }

  /** The page is being left: nothing that was done may be lost by that. */
  leave(): void {
    this.verdicts.sendAll();
    this.keepPlaceNow();
  }

  /** The address of the page; one that another dataset has left there is reduced to its screen. */
  address(): string {
    if (this.#placeKeeper.isOfOtherDataset) this.#placeKeeper.forgetAddress();
    return location.hash;
  }

  /** Another entry of the browser's history is shown. @returns its address, with the place that it was left at */
  arrive(): string {
    return this.#placeKeeper.arrive();
  }

  forgetAll(): void {
    this.samples.forgetAll();
    this.neighbours.forgetAll();
    this.thumbnails.forgetAll();
    this.queue.forgetDecisions();
    this.#presentation.clear();
  }

  /**
   * Another dataset was opened. Unsaved decisions on the previous one are sent for the last time, and their
   * refusal is reported.
   */
  forgetDataset(): void {
    this.forgetAll();
    this.queue.forgetAll();
    this.selection.clear();
    this.comparison.end();
    this.newResults.forget();
    this.#placeKeeper.forget();
    this.#saved.forget();
    this.#position = 0;
    this.#atEnd = false;
    this.#goal = null;
    this.#reopened = null;
    this.#evidence = null;
    this.verdicts.retry();
  }

  #rememberPlace(sampleId: number | null, entry: string | null): void {
    if (entry === null) return;
    this.#placeKeeper.remember({ request: this.request, sampleId, view: this.#view }, entry);
  }

  /** Whether the decision just made was the last that this queue needs, or can extend it. */
  #endsWith(statusBefore: Status): boolean {
    const wasLastUnreviewed = statusBefore === 'unreviewed' && this.queue.unreviewed === 0;
    return wasLastUnreviewed || this.#position === this.queue.total - 1;
  }

  #announceShown(): void {
    const { target } = this;
    if (!target) return;
    const { detail } = this;
    const prediction = describeLabel(
      this.#session.classAt(target.given),
      this.#session.classAt(target.suggested),
      detail?.state,
      suggestionOf(target, detail),
    );
    this.#announcer.follow(`Image ${this.#position + 1} of ${this.queue.total}. ${prediction}`);
  }

  /** False if the items cannot be loaded; a queue that the core has dropped is opened again. */
  async #fetchItems(from: number, to: number): Promise<boolean> {
    try {
      await this.queue.ensure(from, to);
      return true;
    } catch (error) {
      if (failureOf(error).code === 'not-found') await this.openings.refresh();
      return false;
    }
  }
}
