const WINDOW_MS = 10_000;
/** Slow machines add less often than that: the rate is then that of the last few additions. */
const FEWEST_ADDITIONS = 3;

/** Items per second over the last ten seconds. */
export class ProgressRate {
  /** The first is where the time that counts begins: its items were done before. */
  #marks: { atMs: number; items: number }[] = [{ atMs: performance.now(), items: 0 }];

  add(items: number): void {
    const now = performance.now();
    this.#marks.push({ atMs: now, items });
    const isOld = (at: number) => now - (this.#marks[at]?.atMs ?? now) >= WINDOW_MS;
    while (this.#marks.length > FEWEST_ADDITIONS + 1 && isOld(1)) this.#marks.shift();
  }

  /** After a pause, which does not count. */
  restart(): void {
    this.#marks = [{ atMs: performance.now(), items: 0 }];
  }

  perSecond(): number {
    const [first, ...additions] = this.#marks;
    const elapsedMs = performance.now() - (first?.atMs ?? 0);
    const items = additions.reduce((sum, addition) => sum + addition.items, 0);
    return elapsedMs > 0 ? (items * 1000) / elapsedMs : 0;
  }
}
