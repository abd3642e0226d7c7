import type { Status } from '../../../domain/verdicts.ts';
import type { QueueGroup, View } from '../../../protocol/queue.ts';
import type { Announcer } from '../../shell/announcer.svelte.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { Comparison } from '../stage/comparison.svelte.ts';
import type { ReviewQueue } from './queue.svelte.ts';

interface MovesSource {
  readonly queue: Pick<ReviewQueue, 'at' | 'total' | 'groups' | 'nextUnreviewed'>;
  readonly selection: Pick<Selection, 'set' | 'extendTo'>;
  readonly position: number;
  readonly view: View;
  readonly group: QueueGroup | null;
  /** The image on the screen is outside the queue, and no move has left it. */
  readonly staysOutside: boolean;
  /** Changes with each move. */
  readonly goal: number | null;
  readonly comparison: Pick<Comparison, 'surveys' | 'step'>;
  goTo(position: number): Promise<void>;
}

/** Steps from the image under review to others of its queue. */
export class Moves {
  readonly #review: MovesSource;
  readonly #announcer: Announcer;

  constructor(review: MovesSource, announcer: Announcer) {
    this.#review = review;
    this.#announcer = announcer;
  }

  next(): Promise<void> {
    return this.#step(1);
  }

  /** From an image that was reviewed for the first time past those that have been reviewed, else to the next. */
  async nextAfter(statusBefore: Status): Promise<void> {
    const { queue, position, view } = this.#review;
    const stays = this.#stays();
    const nextIsReviewed = (queue.at(position + 1)?.status ?? 'unreviewed') !== 'unreviewed';
    if (view === 'grid' || statusBefore !== 'unreviewed' || !nextIsReviewed)
      return this.#review.goTo(position + 1);
    const found = await queue.nextUnreviewed(position).catch(() => null);
    if (stays()) await this.#review.goTo(found ?? position + 1);
  }

  previous(): Promise<void> {
    return this.#step(-1);
  }

  async nextUnreviewed(): Promise<void> {
    const { queue, position } = this.#review;
    const stays = this.#stays();
    const found = await queue.nextUnreviewed(position).catch(() => null);
    if (!stays()) return;
    if (found === null) this.#announcer.say('No unreviewed image among the next ones.');
    else await this.#review.goTo(found);
  }

  async firstUnreviewed(): Promise<void> {
    const { queue } = this.#review;
    const stays = this.#stays();
    const found = await queue.nextUnreviewed(-1).catch(() => null);
    if (!stays()) return;
    if (found === null) this.#announcer.say('No unreviewed image among the first ones.');
    else await this.#review.goTo(found);
  }

  /** Goes to the first image of the group after (1) or before (-1) this one. */
  async goToGroup(step: 1 | -1): Promise<void> {
    const { queue, group } = this.#review;
    const next = group === null ? undefined : queue.groups[queue.groups.indexOf(group) + step];
    if (next) await this.#review.goTo(next.start);
  }

  selectGroup(group: QueueGroup | null = this.#review.group): void {
    if (group) this.#review.selection.set(group.start, group.start + group.count);
  }

  extendSelection(by: number): void {
    const { queue, selection, position } = this.#review;
    const to = Math.max(0, Math.min(position + by, queue.total - 1));
    selection.extendTo(to, position);
    void this.#review.goTo(to);
  }

  /** True until a move leaves the image: what was searched for meanwhile is no longer wanted. */
  #stays(): () => boolean {
    const { position, goal } = this.#review;
    return () => this.#review.position === position && this.#review.goal === goal;
  }

  /** In a survey to its next image; from an image outside the queue back to the queue's position. */
  #step(by: 1 | -1): Promise<void> {
    const { comparison, staysOutside, position } = this.#review;
    if (comparison.surveys) return comparison.step(by);
    return this.#review.goTo(staysOutside ? position : position + by);
  }
}
