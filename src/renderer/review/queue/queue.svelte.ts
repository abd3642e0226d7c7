import { SvelteMap } from 'svelte/reactivity';
import type { PositionRange } from '../../../protocol/queue.ts';
import {
  type NewQueue,
  pageStart,
  QUEUE_PAGE,
  type QueueFacets,
  type QueueGroup,
  type QueueItem,
  type QueueSnapshot,
  type QueueTally,
  type RangeTally,
} from '../../../protocol/queue.ts';
import type { VerdictChange } from '../../../protocol/review.ts';
import type { Revised, Revision } from '../../../protocol/revision.ts';
import { api } from '../../client/api.ts';
import { type ApiFailure, failureOf } from '../../client/failure.ts';
import { LatestOnly, OVERTAKEN } from '../../client/latestOnly.ts';
import { Occasional } from '../../client/occasional.ts';
import { type CompleteQueueRequest, defaultRequest } from '../../client/route.ts';
import { Decisions } from '../decisions/decisions.ts';
import type { Decision } from '../decisions/verdicts.svelte.ts';
import { pagesOf, type QueuePage } from './queuePages.ts';

const PAGES_SEARCHED = 50;
const PAGES_RELOADED = 8;
const NO_GROUPS: readonly QueueGroup[] = [];

interface Extension {
  /** Positions whose items are on the screen: they are there before the new order takes the place of the old. */
  shown: PositionRange;
  /** The image on the screen, whose item stays as it is. */
  shownId(): number | null;
  /** Resolves once the core has every decision made here. */
  saved(): Promise<void>;
  /** Asked once more when the new order is there. */
  possible(): boolean;
}

/** A snapshot of the review queue: its items page by page, as far as they were needed. */
export class ReviewQueue {
  #request = $state.raw<CompleteQueueRequest>(defaultRequest);
  #snapshot = $state.raw<QueueSnapshot | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #loading = $state(false);
  #unreviewed = $state(0);
  #reviewedInGroups = $state.raw<readonly number[]>([]);
  #facets = $state.raw<QueueFacets | null>(null);
  readonly #facetsWanted = new Occasional(() => this.#loadFacets());
  #unreviewedBefore = $state(0);
  #startedAt = 0;
  #lineage = $state(0);
  /** The last position whose image has been seen, and must stay there. */
  #held = 0;
  #items = new SvelteMap<number, QueueItem>();
  #positions = new Map<number, number>();
  #pages = new Map<number, Promise<void>>();
  readonly #loads = new LatestOnly();
  readonly #decisions = new Decisions();
  /** Grows with each change of an item. */
  #changes = 0;

  /** That of the queue which was asked for last, and may not have come yet. */
  get request(): CompleteQueueRequest {
    return this.#request;
  }

  /** What each choice of a filter would show now, which may be more or less than when the queue was made. */
  get facets(): QueueFacets | null {
    return this.#facets;
  }

  /** Counts the choices again; of many requests in a short time only the last one runs. */
  followCounts(): void {
    this.#facetsWanted.want();
  }

  get groups(): readonly QueueGroup[] {
    return this.#snapshot?.groups ?? NO_GROUPS;
  }

  /** Names this snapshot to the core; null before the first. */
  get id(): string | null {
    return this.#snapshot?.queueId ?? null;
  }

  /** The same for a queue and those that extend it, whose images stay where they are. */
  get lineage(): number {
    return this.#lineage;
  }

  get loaded(): boolean {
    return this.#snapshot !== null;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** Images before the one that the queue was opened at, without a verdict then. */
  get unreviewedBefore(): number {
    return this.#unreviewedBefore;
  }

  /** The position that it was opened at. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get total(): number {
    return this.#snapshot?.total ?? 0;
  }

  /** Images of this queue without a verdict. */
  get unreviewed(): number {
    return this.#unreviewed;
  }

  /** Images of a group that a verdict on all of it skips, because they have one. */
  reviewedIn(group: QueueGroup): number {
    return this.#reviewedInGroups[this.groups.indexOf(group)] ?? 0;
  }

  /** A decision on one of this queue's images resolves a disagreement. */
  get isAdjudicating(): boolean {
    return this.#request.filter.show === 'disagreements';
  }

  /** The images that a bulk decision would apply to; null if not all of them are loaded. */
  knownTallyOf(ranges: readonly PositionRange[]): RangeTally | null {
    // The annotators' decisions on an image do not show whether someone resolved their disagreement.
    if (this.isAdjudicating) return null;
    const tally = { images: 0, reviewed: 0 };
    for (const { start, end } of ranges) {
      for (let position = start; position < end; position++) {
        const item = this.#items.get(position);
        if (!item) return null;
        tally.images++;
        if (item.status !== 'unreviewed') tally.reviewed++;
      }
    }
    return tally;
  }

  /** The same, if necessary from the core. Rejects with an ApiFailure. */
  tallyOf(ranges: readonly PositionRange[]): RangeTally | Promise<RangeTally> {
    const known = this.knownTallyOf(ranges);
    void this.#unreviewed; // it is asked again after a verdict
    return known ?? api.tallyOf(this.#snapshot?.queueId ?? '', ranges);
  }

  /** The item at a position, or undefined if it is not loaded yet (or there is none). */
  at(position: number): QueueItem | undefined {
    return this.#items.get(position);
  }

  positionOf(sampleId: number): number | undefined {
    return this.#positions.get(sampleId);
  }

  /** Another queue is about to be loaded: answers that are still on their way are ignored. */
  expect(request: CompleteQueueRequest): void {
    this.#request = request;
    this.#loads.end();
  }

  /**
   * Asks for a new snapshot of the queue that is expected, and answers where to start in it, or null where it failed or a later request
   * overtook it. The old snapshot stays until the new one has come with its first items.
   * @param from image of the old snapshot up to which the new one keeps its order
   * @param startWith image to start at, null for the first without a decision; by default where the annotator was last
   */
  async load(from: number | null = null, startWith?: number | null): Promise<number | null> {
    const { id } = this;
    const continues = id === null || from === null ? undefined : { queueId: id, sampleId: from };
    this.#loading = true;
    try {
      const queue = await this.#loads.ask(() => api.createQueue(this.#request, continues, startWith));
      if (queue === OVERTAKEN) return null;
      this.#begin(queue);
      this.#loading = false;
      return queue.startAt;
    } catch (error) {
      this.#failure = failureOf(error);
      this.#loading = false;
      return null;
    }
  }

  /** Images up to here are being seen: no extension may move them. */
  hold(position: number): void {
    this.#held = Math.max(this.#held, Math.min(position, this.total - 1));
  }

  /**
   * Makes a new snapshot in which everything that was seen stays where it is: new results come behind it, and what follows gets its
   * new order. Nothing changes where a person goes further meanwhile, another queue is asked for, or the core cannot be asked.
   * @returns whether the queue was extended
   */
  async extend({ shown, shownId, saved, possible }: Extension): Promise<boolean> {
    const { id } = this;
    if (id === null || this.#loading) return false;
    const isCurrent = this.#loads.begin();
    try {
      await saved();
      const [held, changes] = [this.#held, this.#changes];
      await this.ensure(held);
      const sampleId = this.#items.get(held)?.id;
      if (!isCurrent() || sampleId === undefined) return false;
      const queue = await api.createQueue(this.#request, { queueId: id, sampleId });
      const pages = queue.kept === held + 1 ? await pagesOf(queue, shown) : [];
      if (pages.length === 0 || !isCurrent() || held !== this.#held || !possible()) return false;
      this.#extendTo(queue, pages, shownId());
      if (changes !== this.#changes) void this.recount(saved).catch(() => undefined);
      return true;
    } catch {
      return false; // it is tried again
    }
  }

  /** Fetches the pages that hold these positions; rejects with an ApiFailure. */
  async ensure(from: number, to: number = from): Promise<void> {
    const last = Math.min(to, this.total - 1);
    const wanted: Promise<void>[] = [];
    for (let page = Math.floor(Math.max(0, from) / QUEUE_PAGE); page * QUEUE_PAGE <= last; page++) {
      wanted.push(this.#page(page));
    }
    await Promise.all(wanted);
  }

  /** Shows a verdict that was given here at once. */
  give(sampleId: number, decision: Decision): void {
    this.#decisions.give(sampleId, decision);
    this.#patch(sampleId, decision);
  }

  /**
   * The core has saved the last decision made here on an image. @returns the resulting label, which is shown
   */
  settle({ sampleId, status, label }: VerdictChange, revision: Revision): Decision {
    const stands = this.#decisions.settle(sampleId, { status, label }, revision);
    this.#patch(sampleId, stands);
    return stands;
  }

  /** A decision made here is not saved: shows the previous state. */
  giveUp(sampleId: number, before: Decision): void {
    this.#decisions.giveUp(sampleId);
    this.#patch(sampleId, before);
  }

  /** Shows the core's state of an image. @returns whether it is news */
  take(sampleId: number, { status, label }: Decision, revision: Revision): boolean {
    const isNews = this.#decisions.take(sampleId, { status, label }, revision);
    if (isNews) this.#patch(sampleId, { status, label });
    return isNews;
  }

  /** The images may be others now. */
  forgetDecisions(): void {
    this.#decisions.forgetAll();
  }

  /** Another dataset was opened: nothing of this queue is in it. */
  forgetAll(): void {
    this.#loads.end();
    this.#decisions.forgetAll();
    this.#items.clear();
    this.#positions.clear();
    this.#pages.clear();
    this.#request = defaultRequest;
    this.#snapshot = null;
    this.#failure = null;
    this.#loading = false;
    this.#unreviewed = 0;
  }

  /** Where the image is among the items that have come. */
  #patch(sampleId: number, decision: Decision): void {
    const position = this.#positions.get(sampleId);
    const item = position === undefined ? undefined : this.#items.get(position);
    if (position === undefined || !item) return;
    const was = item.status === 'unreviewed' ? 1 : 0;
    const is = decision.status === 'unreviewed' ? 1 : 0;
    this.#changes++;
    this.#unreviewed = Math.max(0, this.#unreviewed + is - was);
    if (is !== was && !this.isAdjudicating) this.#countInGroup(position, was - is);
    this.#items.set(position, { ...item, status: decision.status, label: decision.label });
  }

  /** Shows the effect of a bulk decision on the loaded items, before the core has answered. */
  patchRanges(ranges: readonly PositionRange[], decide: (item: QueueItem) => Decision | null): void {
    for (const { start, end } of ranges) {
      // Whichever is shorter: the range, or the loaded part of the queue.
      const positions =
        end - start < this.#items.size
          ? Array.from({ length: end - start }, (_, index) => start + index)
          : [...this.#items.keys()].filter((position) => position >= start && position < end);
      for (const position of positions) {
        const item = this.#items.get(position);
        const decision = item ? decide(item) : null;
        if (item && decision) this.#items.set(position, { ...item, ...decision });
      }
    }
  }

  /** The core has counted again. */
  takeTally({ unreviewed, reviewedInGroups }: QueueTally): void {
    this.#unreviewed = unreviewed;
    this.#reviewedInGroups = reviewedInGroups;
  }

  /** Asks the core to count again, if a decision alone does not give the new counts. */
  async recount(saved = () => Promise.resolve()): Promise<void> {
    if (this.#snapshot) await this.#recount(this.#snapshot, saved);
  }

  /**
   * Loads the items and the count again, in the same order.
   * @param saved resolves once the core has every decision made here; at once if the caller is one of them
   */
  async reload(saved = () => Promise.resolve()): Promise<void> {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const pages = [...this.#pages.keys()];
    this.#pages.clear();
    // The visible items stay until their page is loaded; pages far from it are loaded when they are visited.
    const recent = pages.slice(-PAGES_RELOADED);
    for (const page of pages) if (!recent.includes(page)) this.#forgetPage(page);
    await Promise.all([this.#recount(snapshot, saved), ...recent.map((page) => this.#page(page))]);
  }

  /** A count from before a verdict would bring back the image that the verdict took off it: it is asked for again. */
  async #recount(snapshot: QueueSnapshot, saved: () => Promise<void>): Promise<void> {
    while (this.#snapshot === snapshot) {
      await saved();
      const changes = this.#changes;
      const tally = await api.tallyIn(snapshot.queueId);
      if (changes !== this.#changes) continue;
      if (this.#snapshot === snapshot) this.takeTally(tally);
      return;
    }
  }

  /** Where an image is in this queue, also where its page has not come; null where it is not, or cannot be asked for. */
  async findPosition(sampleId: number): Promise<number | null> {
    const known = this.#positions.get(sampleId);
    if (known !== undefined || !this.#snapshot) return known ?? null;
    const answer = await api.positionIn(this.#snapshot.queueId, sampleId).catch(() => null);
    return answer === null || answer.position < 0 ? null : answer.position;
  }

  /**
   * The first position after `from` without a decision, searching a limited distance ahead; null if there is
   * none.
   */
  async nextUnreviewed(from: number): Promise<number | null> {
    const end = Math.min(this.total, from + PAGES_SEARCHED * QUEUE_PAGE);
    for (let position = from + 1; position < end; position++) {
      if (!this.#items.has(position)) await this.ensure(position);
      if (this.#items.get(position)?.status === 'unreviewed') return position;
    }
    return null;
  }

  #begin({ items, revision, ...snapshot }: Revised<NewQueue>): void {
    this.#items.clear();
    this.#positions.clear();
    this.#pages.clear();
    this.#failure = null;
    this.#lineage++;
    this.#held = snapshot.startAt;
    this.#startedAt = snapshot.startAt;
    this.#unreviewedBefore = snapshot.unreviewedBefore;
    this.#use(snapshot);
    this.#keepPage({ offset: pageStart(snapshot.startAt), items, revision });
  }

  #extendTo(
    { items, revision, ...snapshot }: Revised<NewQueue>,
    pages: QueuePage[],
    keepId: number | null,
  ): void {
    const keptAt = keepId === null ? undefined : this.#positions.get(keepId);
    const kept = keptAt === undefined ? undefined : this.#items.get(keptAt);
    for (const [position, { id }] of [...this.#items]) {
      if (position <= this.#held) continue;
      this.#items.delete(position);
      this.#positions.delete(id);
    }
    this.#pages.clear();
    this.#use(snapshot);
    for (const page of pages) this.#keepPage(page);
    // What is on the screen does not change under the hand, unless it was waiting for its prediction.
    if (keptAt !== undefined && kept && kept.wrong !== null) this.#items.set(keptAt, kept);
  }

  #use(snapshot: QueueSnapshot): void {
    this.#snapshot = snapshot;
    this.#unreviewed = snapshot.unreviewed;
    this.#reviewedInGroups = snapshot.reviewedInGroups;
    this.#facets = snapshot.facets;
  }

  async #loadFacets(): Promise<void> {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const { facets } = await api.queueFacets(snapshot.queueId);
    if (this.#snapshot === snapshot) this.#facets = facets;
  }

  #countInGroup(position: number, by: number): void {
    const group = this.groups.findIndex(({ start, count }) => position >= start && position < start + count);
    if (group < 0) return;
    this.#reviewedInGroups = this.#reviewedInGroups.with(group, (this.#reviewedInGroups[group] ?? 0) + by);
  }

  #page(page: number): Promise<void> {
    const running = this.#pages.get(page);
    if (running) return running;
    const request = this.#fetchPage(page);
    this.#pages.set(page, request);
    // A page that failed is asked for again the next time it is needed.
    request.catch(() => this.#pages.delete(page));
    return request;
  }

  async #fetchPage(page: number): Promise<void> {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const offset = page * QUEUE_PAGE;
    const answer = await api.queueItems(snapshot.queueId, offset, QUEUE_PAGE);
    if (this.#snapshot === snapshot) this.#keep(offset, answer);
  }

  #forgetPage(page: number): void {
    for (let position = page * QUEUE_PAGE; position < (page + 1) * QUEUE_PAGE; position++) {
      const item = this.#items.get(position);
      if (!item) continue;
      this.#items.delete(position);
      this.#positions.delete(item.id);
    }
  }

  #keepPage({ offset, ...answer }: QueuePage): void {
    this.#pages.set(offset / QUEUE_PAGE, Promise.resolve());
    this.#keep(offset, answer);
  }

  #keep(offset: number, { items, revision }: Revised<{ items: QueueItem[] }>): void {
    for (const [index, item] of items.entries()) {
      this.#items.set(offset + index, this.#decisions.over(item, revision));
      this.#positions.set(item.id, offset + index);
    }
  }
}
