const LEAST_INTERVAL_MS = 1000;
/** A question is put again after this many times as long as its answer took. */
const REST_TIMES = 20;
const LONGEST_REST_MS = 5000;

/**
 * Work that is requested often and done rarely: one at a time, with a pause after it, and once more for
 * requests made meanwhile.
 */
export class Occasional {
  readonly #work: () => Promise<void>;
  #wanted = false;
  #busy = false;

  /** @param work its failures are ignored: it is done again when it is needed next */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  want(): void {
    this.#wanted = true;
    if (!this.#busy) void this.#do();
  }

  async #do(): Promise<void> {
    this.#busy = true;
    while (this.#wanted) {
      this.#wanted = false;
      const startedMs = performance.now();
      await this.#work().catch(() => undefined);
      const restMs = Math.max(LEAST_INTERVAL_MS, REST_TIMES * (performance.now() - startedMs));
      await new Promise((resolve) => setTimeout(resolve, Math.min(restMs, LONGEST_REST_MS)));
    }
    this.#busy = false;
  }
}
