const WINDOW_MS = 10_000;

/** Items per second over the last ten seconds. */
export class ProgressRate {
  #marks: { atMs: number; items: number }[] = [];
  #startMs = performance.now();

  add(items: number): void {
    const now = performance.now();
    this.#marks.push({ atMs: now, items });
    this.#marks = this.#marks.filter(({ atMs }) => now - atMs < WINDOW_MS);
  }

  /** After a pause, which does not count. */
  restart(): void {
    this.#marks = [];
    this.#startMs = performance.now();
  }

  perSecond(): number {
    const now = performance.now();
    const since = Math.max(this.#startMs, now - WINDOW_MS);
    const items = this.#marks.reduce((sum, mark) => sum + mark.items, 0);
    return now > since ? (items * 1000) / (now - since) : 0;
  }
}
