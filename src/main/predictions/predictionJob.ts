import { AppError } from '../../domain/errors.ts';
import type { JobProgress } from '../../protocol/api.ts';
import { ProgressRate } from '../jobs/index.ts';
import type { ImportChoices, PredictionTarget } from './importChoices.ts';
import { importPredictions } from './importPredictions.ts';

/** One import of predictions, as the page sees it. */
export class PredictionJob {
  readonly #target: PredictionTarget;
  readonly #onProgress: (job: JobProgress) => void;
  readonly #stop = new AbortController();
  readonly #rate = new ProgressRate();
  #progress: JobProgress;
  /** Resolves when it has ended, however. */
  finished: Promise<void> = Promise.resolve();

  constructor(target: PredictionTarget, onProgress: (job: JobProgress) => void) {
    this.#target = target;
    this.#onProgress = onProgress;
    const { pending, read, unreadable } = target.project.samples.counts();
    this.#progress = {
      kind: 'predictions',
      state: 'running',
      done: 0,
      total: pending + read + unreadable,
      imagesPerSecond: 0,
      secondsLeft: null,
      error: null,
    };
  }

  get progress(): JobProgress {
    return this.#progress;
  }

  cancel(): void {
    this.#stop.abort();
  }

  /** @throws AppError the error in the file */
  async run(file: string, choices: ImportChoices): ReturnType<typeof importPredictions> {
    const work = this.#import(file, choices);
    this.finished = work.then(
      () => {},
      () => {},
    );
    return work;
  }

  async #import(file: string, choices: ImportChoices): ReturnType<typeof importPredictions> {
    this.#report({});
    try {
      const imported = await importPredictions(this.#target, file, choices, {
        progress: (rows) => this.#follow(rows),
        signal: this.#stop.signal,
      });
      this.#report({ state: 'done', secondsLeft: null });
      return imported;
    } catch (error) {
      // The caller gets the error in the file; it is no failure of the project.
      const interrupted = error instanceof AppError && error.code === 'interrupted';
      this.#report({ state: interrupted ? 'cancelled' : 'failed', secondsLeft: null });
      throw error;
    }
  }

  #follow(rows: number): void {
    this.#rate.add(rows - this.#progress.done);
    const imagesPerSecond = this.#rate.perSecond();
    const left = Math.max(0, this.#progress.total - rows);
    this.#report({
      done: rows,
      imagesPerSecond,
      secondsLeft: imagesPerSecond > 0 ? left / imagesPerSecond : null,
    });
  }

  #report(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#onProgress(this.#progress);
  }
}
