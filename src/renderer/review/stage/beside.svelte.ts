import { AfterPaint } from '../../client/afterPaint.ts';
import type { Shown } from './shown.ts';

/** The panels may show the previous image for a blink and no longer. */
export const BLINK_MS = 100;

/**
 * The image that the panels describe. They follow it once it is on the screen, so that no key waits for them,
 * and are empty while keys come too fast for that.
 */
export class Beside {
  #shown = $state.raw<Shown | null>(null);
  readonly #afterPaint = new AfterPaint();
  /**
   * When the image on the screen changed from the one that the panels describe; null while it is the same.
   */
  #behindSince: number | null = null;

  get shown(): Shown | null {
    return this.#shown;
  }

  follow(shown: Shown): void {
    const now = performance.now();
    this.#behindSince ??= now;
    if (now - this.#behindSince > BLINK_MS) this.#shown = null;
    this.#afterPaint.run(() => {
      this.#behindSince = null;
      this.#shown = shown;
    });
  }

  clear(): void {
    this.#afterPaint.cancel();
    this.#behindSince = null;
    this.#shown = null;
  }
}
