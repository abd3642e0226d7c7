import { DEFAULT_SCORE } from '../../labelQuality/scores/index.ts';
import type { Flag } from '../project/index.ts';

type Ranked = Pick<Flag, 'suggestedClass' | 'scores'>;

/**
 * Whether a fit changes the queue of labels that nobody has reviewed: which of them are flagged, what is suggested
 * for them, or their order by wrong-label probability.
 */
export class QueueChange {
  readonly #flaggedAt: number;
  readonly #before: number[] = [];
  readonly #now: number[] = [];
  #differs = false;

  constructor(flaggedAt: number) {
    this.#flaggedAt = flaggedAt;
  }

  /** One label that nobody has reviewed; all are added in the order of their ids, which decides between equal ones. */
  add(before: Ranked, now: Ranked): void {
    const [old, wrong] = [before, now].map(({ scores }) => scores[DEFAULT_SCORE] ?? -1) as [number, number];
    if (before.suggestedClass !== now.suggestedClass) this.#differs = true;
    // From none to some and from below the threshold to above it.
    for (const least of [0, this.#flaggedAt]) if (old >= least !== wrong >= least) this.#differs = true;
    if (this.#differs) return;
    this.#before.push(old);
    this.#now.push(wrong);
  }

  get isAny(): boolean {
    if (this.#differs) return true;
    const [before, now] = [this.#before, this.#now];
    if (before.every((wrong, image) => wrong === now[image])) return false;
    const byDecreasing = (wrong: number[]) => (a: number, b: number) =>
      (wrong[b] as number) - (wrong[a] as number) || a - b;
    const orderNow = [...now.keys()].sort(byDecreasing(now));
    return [...before.keys()].sort(byDecreasing(before)).some((image, place) => image !== orderNow[place]);
  }
}
