/** Something to be saved; `send` may be called again after it failed. */
interface Save {
  send(): Promise<void>;
}

interface SaveQueueEvents<Kind extends Save> {
  /** The queue grew, shrank, stopped or continued. */
  onChange(): void;
  onFailure(save: Kind, error: unknown): void;
}

/**
 * Saves things one after another, in order.
 *
 * It stops at the first failure and keeps it and everything behind it, until `retry` or `discardFailed`: a
 * later decision must not overtake an earlier one, and none may be lost silently.
 */
export class SaveQueue<Kind extends Save> {
  readonly #waiting: Kind[] = [];
  readonly #events: SaveQueueEvents<Kind>;
  #running = false;
  #failed = false;
  #idle: (() => void)[] = [];

  constructor(events: SaveQueueEvents<Kind>) {
    this.#events = events;
  }

  /** Those not saved yet, the one being sent included. */
  get waiting(): readonly Kind[] {
    return this.#waiting;
  }

  get failed(): boolean {
    return this.#failed;
  }

  add(save: Kind): void {
    this.#waiting.push(save);
    this.#events.onChange();
    void this.#run();
  }

  retry(): void {
    if (!this.#failed) return;
    this.#failed = false;
    this.#events.onChange();
    void this.#run();
  }

  /** Drops the one that failed and continues with those behind it. */
  discardFailed(): Kind | undefined {
    if (!this.#failed) return undefined;
    const discarded = this.#waiting.shift();
    this.retry();
    return discarded;
  }

  /** Resolves when nothing waits any more, or the queue has stopped at a failure. */
  settled(): Promise<void> {
    if (this.#failed || this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #run(): Promise<void> {
    if (this.#running || this.#failed) return;
    this.#running = true;
    for (let save = this.#waiting[0]; save; save = this.#waiting[0]) {
      try {
        await save.send();
      } catch (error) {
        this.#failed = true;
        this.#events.onFailure(save, error);
        break;
      }
      this.#waiting.shift();
      this.#events.onChange();
    }
    this.#running = false;
    this.#events.onChange();
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
