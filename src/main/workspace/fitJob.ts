import { AppError } from '../../domain/errors.ts';
import type { JobProgress } from '../../protocol/api.ts';
import { jobError } from '../jobs/index.ts';
import type { ScanSetup } from '../scan/index.ts';
import { fitProject } from '../tune/index.ts';

type FitSource = Parameters<typeof fitProject>[0];
export type FitChoices = Pick<ScanSetup, 'startProcess' | 'withoutTunedModel'>;

/** One fit to a project's labels, as the page sees it. */
export class FitJob {
  readonly #source: FitSource;
  readonly #signature: string;
  readonly #onProgress: (job: JobProgress) => void;
  readonly #stop = new AbortController();
  #progress: JobProgress;
  /** Resolves when it has ended, however. */
  finished: Promise<void> = Promise.resolve();

  constructor(source: FitSource, signature: string, onProgress: (job: JobProgress) => void) {
    this.#source = source;
    this.#signature = signature;
    this.#onProgress = onProgress;
    const total = source.project.samples.counts().read;
    this.#progress = {
      kind: 'fit',
      state: 'running',
      done: 0,
      total,
      imagesPerSecond: 0,
      secondsLeft: null,
      error: null,
    };
  }

  get progress(): JobProgress {
    return this.#progress;
  }

  get isRunning(): boolean {
    return this.#progress.state === 'running';
  }

  cancel(): void {
    this.#stop.abort();
  }

  /** @returns whether it was done; a failure is in the progress */
  async run(options: FitChoices): Promise<boolean> {
    const work = this.#fit(options);
    this.finished = work.then(() => {});
    return work;
  }

  async #fit({ startProcess, withoutTunedModel = false }: FitChoices): Promise<boolean> {
    this.#report({});
    try {
      await fitProject(this.#source, this.#signature, {
        startProcess,
        withTunedModel: !withoutTunedModel,
        signal: this.#stop.signal,
        progress: (share) => this.#report({ done: Math.floor(share * this.#progress.total) }),
      });
      this.#report({ state: 'done', done: this.#progress.total });
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'interrupted') this.#report({ state: 'cancelled' });
      else this.#report({ state: 'failed', error: jobError(error) });
      return false;
    }
  }

  #report(change: Partial<JobProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.#onProgress(this.#progress);
  }
}
