import { DRAWN_AFTER_MS } from './afterPaint.ts';

/**
 * Work that can wait until the next frame is on the screen: neither that frame nor the answer to the request that goes with it
 * waits for it. However often it is wanted meanwhile, it is done once, and no later than that.
 */
export class AfterFrame {
  readonly #work: () => void;
  #waiting = false;

  constructor(work: () => void) {
    this.#work = work;
  }

  want(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    requestAnimationFrame(() => setTimeout(() => this.#do(), DRAWN_AFTER_MS));
  }

  #do(): void {
    this.#waiting = false;
    this.#work();
  }
}
