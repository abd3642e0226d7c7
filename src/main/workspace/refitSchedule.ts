/**
 * New decisions after which the labels are learned from again. Fewer change the order of a queue by little, as
 * bench/flags/teaching.ts measures; they are some minutes of a person's work, in which a fit has long ended.
 */
export const DECISIONS_PER_REFIT = 50;
/**
 * Pause after a fit, as a multiple of its duration, so that large datasets do not keep the machine busy all
 * the time.
 */
const REST = 2;

/** When decisions are worth learning from without being asked. Times in milliseconds. */
export class RefitSchedule {
  /** Images with a decision when the last fit began, however it ended; null before the first. */
  #learned: number | null = null;
  #beganMs = 0;
  #earliestMs = 0;

  begin(decided: number, nowMs: number): void {
    this.#learned = decided;
    this.#beganMs = nowMs;
  }

  end(nowMs: number): void {
    this.#earliestMs = nowMs + REST * (nowMs - this.#beganMs);
  }

  /**
   * @param decided images that have a decision now: undone decisions do not count, and undoing many is news
   *   too
   * @returns how long to wait before learning again; null if there is too little to learn from
   */
  dueInMs(decided: number, nowMs: number): number | null {
    if (this.#learned === null || Math.abs(decided - this.#learned) < DECISIONS_PER_REFIT) return null;
    return Math.max(0, this.#earliestMs - nowMs);
  }
}
