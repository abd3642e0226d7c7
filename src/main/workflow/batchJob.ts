import type { JobProgress } from '../../shared/api.ts';
import { jobError } from './jobError.ts';
import { ProgressRate } from './progressRate.ts';

/** Batches handed to the engine at once: one computes while the next ones are decoded. */
const IN_FLIGHT = 3;

/** What a long job hands over and stores. */
export interface BatchWork<Item, Result> {
  kind: JobProgress['kind'];
  done: number;
  total: number;
  /** The next items; none at the end. */
  nextBatch(): Item[];
  run(batch: Item[]): Promise<Result[]>;
  /** Stores results together with the progress, in one transaction. */
  store(results: Result[], progress: JobProgress): void;
  /** Ends what runs the batches, at once. */
  close(): Promise<void>;
  /** Told of every change. */
  progress(job: JobProgress): void;
  /** Told when the state changes, before the others are. */
  stateChanged(job: JobProgress): void;
}

/**
 * Has an engine work through what is pending, and stores it batch by batch, so that a job that is killed at any
 * moment goes on at its batch and loses nothing. It can be paused and cancelled.
 */
export class BatchJob<Item, Result> {
  readonly #work: BatchWork<Item, Result>;
  readonly #rate = new ProgressRate();
  #progress: JobProgress;
  #resume: (() => void) | null = null;
  #cancelled = false;

  constructor(work: BatchWork<Item, Result>) {
    this.#work = work;
    this.#progress = {
      kind: work.kind,
      state: 'running',
      done: work.done,
      total: work.total,
      imagesPerSecond: 0,
      secondsLeft: null,
      error: null,
    };
  }

  get progress(): JobProgress {
    return this.#progress;
  }

  /** Batches under way are finished and stored first. */
  pause(): void {
    if (this.#progress.state === 'running') this.#report({ state: 'paused' });
  }

  resume(): void {
    if (this.#progress.state !== 'paused') return;
    this.#rate.restart();
    this.#report({ state: 'running' });
    this.#wake();
  }

  /** Stops at once; a later job goes on from here. */
  cancel(): void {
    this.#cancelled = true;
    this.#wake();
    void this.#work.close();
  }

  /** Resolves when all is done, cancelled, or failed: see the progress it returns. */
  async run(): Promise<JobProgress> {
    this.#report({});
    try {
      await this.#runAll();
      this.#report({ state: this.#cancelled ? 'cancelled' : 'done', secondsLeft: null });
    } catch (error) {
      if (this.#cancelled) this.#report({ state: 'cancelled', secondsLeft: null });
      else this.#fail(error);
    } finally {
      await this.#work.close();
    }
    return this.#progress;
  }

  async #runAll(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (;;) {
      await this.#whilePaused();
      if (this.#cancelled) break;
      const batch = this.#work.nextBatch();
      if (batch.length === 0) break;
      const running = this.#work.run(batch).then((results) => this.#store(results));
      underWay.add(running);
      running.then(() => underWay.delete(running)).catch(() => {}); // a failure is seen where it is awaited
      if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  #store(results: Result[]): void {
    if (this.#cancelled) return;
    const done = this.#progress.done + results.length;
    this.#work.store(results, { ...this.#progress, done });
    this.#rate.add(results.length);
    const imagesPerSecond = this.#rate.perSecond();
    const left = this.#progress.total - done;
    this.#report({ done, imagesPerSecond, secondsLeft: imagesPerSecond > 0 ? left / imagesPerSecond : null });
  }

  async #whilePaused(): Promise<void> {
    while (this.#progress.state === 'paused' && !this.#cancelled) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
  }

  #wake(): void {
    this.#resume?.();
    this.#resume = null;
  }

  /** What made it fail may also keep the failure from being stored: it is told all the same. */
  #fail(error: unknown): void {
    const failed = { state: 'failed', secondsLeft: null, error: jobError(error) } as const;
    try {
      this.#report(failed);
    } catch {
      this.#progress = { ...this.#progress, ...failed };
      this.#work.progress(this.#progress);
    }
  }

  #report(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    if (change.state !== undefined) this.#work.stateChanged(this.#progress);
    this.#work.progress(this.#progress);
  }
}
