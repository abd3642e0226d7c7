import type { JobProgress } from '../../protocol/api.ts';
import { recordFault } from '../opened/index.ts';
import { isErrorOfPlace, jobError } from './jobError.ts';
import { ProgressRate } from './progressRate.ts';

/** Batches handed to the engine at once: one computes while the next ones are decoded. */
const IN_FLIGHT = 3;

/** Input and output of a long job. */
export interface BatchWork<Item, Result> {
  kind: JobProgress['kind'];
  done: number;
  total: number;
  /** The next items; empty at the end. */
  nextBatch(): Item[];
  /** Called once more with the same items where it was failed by the place that they are in. */
  run(batch: Item[]): Promise<Result[]>;
  /** Stores results, in one transaction. */
  store(results: Result[]): void;
  /** Stops whatever runs the batches, at once. */
  close(): Promise<void>;
  /** Called for every change. */
  progress(job: JobProgress): void;
}

/**
 * Has an engine work through pending items and stores the results batch by batch, so that a job that is
 * killed at any moment continues at its batch and loses nothing. It can be paused and cancelled, and pauses
 * by itself, with the reason, if the drive of the dataset or of the project fails.
 */
export class BatchJob<Item, Result> {
  readonly #work: BatchWork<Item, Result>;
  readonly #rate = new ProgressRate();
  #progress: JobProgress;
  readonly #resumes: (() => void)[] = [];
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
    this.#report({ state: 'running', error: null });
    this.#wake();
  }

  /** Stops at once; a later job continues from here. */
  cancel(): void {
    this.#cancelled = true;
    this.#wake();
    void this.#close();
  }

  /** Resolves when all is done, cancelled, or failed: see the progress it returns. Never rejects. */
  async run(): Promise<JobProgress> {
    try {
      this.#report({});
      await this.#runAll();
      this.#report({ state: this.#cancelled ? 'cancelled' : 'done', secondsLeft: null });
    } catch (error) {
      if (this.#cancelled) this.#report({ state: 'cancelled', secondsLeft: null });
      else this.#report({ state: 'failed', secondsLeft: null, error: jobError(error) });
    }
    await this.#close();
    return this.#progress;
  }

  /** Anything that cannot be closed has ended already, or ends with this process. */
  async #close(): Promise<void> {
    await this.#work.close().catch((error: unknown) => void recordFault(error));
  }

  async #runAll(): Promise<void> {
    const underWay = new Set<Promise<void>>();
    for (;;) {
      await this.#whilePaused();
      if (this.#cancelled) break;
      const batch = this.#work.nextBatch();
      if (batch.length === 0) break;
      const running = this.#attempt(batch);
      underWay.add(running);
      running.then(() => underWay.delete(running)).catch(() => {}); // a failure is seen where it is awaited
      if (underWay.size >= IN_FLIGHT) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  }

  /** A missing or full drive is no image's fault: the job waits, and continues with the same images. */
  async #attempt(batch: Item[]): Promise<void> {
    for (;;) {
      try {
        this.#store(await this.#work.run(batch));
        return;
      } catch (error) {
        if (this.#cancelled || !isErrorOfPlace(error)) throw error;
        if (this.#progress.error === null) {
          this.#report({ state: 'paused', secondsLeft: null, error: jobError(error) });
        }
        await this.#whilePaused();
        if (this.#cancelled) return;
      }
    }
  }

  #store(results: Result[]): void {
    if (this.#cancelled) return;
    const done = this.#progress.done + results.length;
    this.#work.store(results);
    this.#rate.add(results.length);
    const imagesPerSecond = this.#rate.perSecond();
    const left = this.#progress.total - done;
    this.#report({ done, imagesPerSecond, secondsLeft: imagesPerSecond > 0 ? left / imagesPerSecond : null });
  }

  async #whilePaused(): Promise<void> {
    while (this.#progress.state === 'paused' && !this.#cancelled) {
      await new Promise<void>((resolve) => {
        this.#resumes.push(resolve);
      });
    }
  }

  #wake(): void {
    for (const resume of this.#resumes.splice(0)) resume();
  }

  #report(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#work.progress(this.#progress);
  }
}
