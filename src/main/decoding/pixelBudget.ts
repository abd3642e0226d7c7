interface Waiting {
  pixels: number;
  start(): void;
}

/** How many pixels are decoded at once, first come, first served, so that large pictures cannot fill the memory together. */
export class PixelBudget {
  readonly #most: number;
  readonly #waiting: Waiting[] = [];
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** A place for one picture. */
  queue(): { take(pixels: number): Promise<void>; giveBack(): void } {
    let held = 0;
    return {
      take: (pixels) =>
        new Promise((start) => {
          held += pixels;
          this.#waiting.push({ pixels, start });
          this.#startNext();
        }),
      giveBack: () => {
        this.#taken -= held;
        held = 0;
        this.#startNext();
      },
    };
  }

  #startNext(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      // A job that is larger than the whole budget runs alone.
      if (this.#taken > 0 && this.#taken + next.pixels > this.#most) return;
      this.#waiting.shift();
      this.#taken += next.pixels;
      next.start();
    }
  }
}
