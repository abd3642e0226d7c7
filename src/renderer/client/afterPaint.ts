/** About the time that the rest of the machine takes to bring a frame to the screen once the page has painted it. */
const DRAWN_AFTER_MS = 30;

/** What can wait until the next frame is on the screen. What comes later takes the place of what waits. */
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
