/**
 * Work that can wait until the page has handed over its next frame: what the frame shows does not wait for it. However often
 * it is wanted meanwhile, it is done once, and no later than that.
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
    requestAnimationFrame(() => setTimeout(() => this.#do()));
  }

  #do(): void {
    this.#waiting = false;
    this.#work();
  }
}
