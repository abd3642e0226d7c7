import type { PositionRange } from '../../../protocol/queue.ts';
import type { ReviewedChoice } from '../../../protocol/review.ts';

/** The images chosen in the grid, as ranges, so that a million of them are as light as one. */
export class Selection {
  #ranges = $state.raw<readonly PositionRange[]>([]);
  #anchor: number | null = null;
  #reviewed = $state<ReviewedChoice>('skip');

  readonly count: number = $derived(this.#ranges.reduce((sum, { start, end }) => sum + end - start, 0));

  /** In the order of the queue; none touches another. */
  get ranges(): readonly PositionRange[] {
    return this.#ranges;
  }

  /** What happens to selected images that are reviewed. One that was selected alone is decided again. */
  get reviewed(): ReviewedChoice {
    return this.count === 1 ? 'replace' : this.#reviewed;
  }

  set reviewed(choice: ReviewedChoice) {
    this.#reviewed = choice;
  }

  has(position: number): boolean {
    let [low, high] = [0, this.#ranges.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { start, end } = this.#ranges[middle] as PositionRange;
      if (position < start) high = middle - 1;
      else if (position >= end) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** Chooses these and no others. */
  set(start: number, end: number): void {
    this.#anchor = start;
    this.setAll([{ start, end }]);
  }

  setAll(ranges: readonly PositionRange[]): void {
    this.#ranges = joinRanges(ranges);
  }

  add(ranges: readonly PositionRange[]): void {
    this.setAll([...this.#ranges, ...ranges]);
  }

  toggle(position: number): void {
    this.#anchor = position;
    if (!this.has(position)) this.add([{ start: position, end: position + 1 }]);
    else {
      this.#ranges = this.#ranges.flatMap(({ start, end }) => {
        if (position < start || position >= end) return [{ start, end }];
        const parts = [
          { start, end: position },
          { start: position + 1, end },
        ];
        return parts.filter((part) => part.start < part.end);
      });
    }
  }

  /** Chooses everything from where choosing began up to `position`. */
  extendTo(position: number, begin: number): void {
    const anchor = this.#anchor ?? begin;
    this.setAll([{ start: Math.min(anchor, position), end: Math.max(anchor, position) + 1 }]);
    this.#anchor = anchor;
  }

  clear(): void {
    this.#ranges = [];
    this.#reviewed = 'skip';
    this.#anchor = null;
  }
}

/** Ranges in order, those that overlap or touch made one. */
function joinRanges(ranges: readonly PositionRange[]): PositionRange[] {
  const joined: PositionRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (range.end <= range.start) continue;
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else joined.push({ ...range });
  }
  return joined;
}
