/** About the time that the rest of the machine takes to bring a frame to the screen once the page has painted it. */
export const DRAWN_AFTER_MS = 30;

/** Work that can wait until the next frame is on the screen. Newer work replaces waiting work. */
export class AfterPaint {
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  run(act: () => void): void {
    this.cancel();
    this.#frame = requestAnimationFrame(() => {
      this.#timer = setTimeout(act, DRAWN_AFTER_MS);
    });
  }

  cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }
}
