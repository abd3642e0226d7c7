import { AppError } from '../../domain/errors.ts';

/** How other jobs may follow a job. */
export interface JobChoice {
  /** In words, as in "a scan is running". */
  name: string;
  /** Another job ends it and takes its place. Without that, another job is refused while it runs. */
  replaceable: boolean;
}

interface BegunJob {
  choice: JobChoice;
  stop: AbortController;
  /** Resolves when it has ended, however. */
  ended: Promise<void>;
}

/**
 * Runs jobs one at a time. A replaceable job is aborted, and its successor begins when it has ended; of
 * several waiting jobs only the last one runs. Every start, replacement, cancellation and failure goes
 * through this class, so that two jobs never work on the same things.
 */
export class JobRunner {
  #last: BegunJob | null = null;
  #closed = false;

  /** The job that runs, or waits for another's end. */
  get begun(): JobChoice | null {
    return this.#last?.choice ?? null;
  }

  /** @throws AppError `bad-request` while a job runs that may not be replaced */
  refuseWhileBusy(): void {
    const { begun } = this;
    if (begun === null || begun.replaceable) return;
    throw new AppError('bad-request', `${begun.name} is running`, 'Wait for it, or cancel it first.');
  }

  /**
   * @param work ends soon after its signal is aborted
   * @throws AppError `bad-request` as refuseWhileBusy, `interrupted` where it was cancelled or replaced before it began;
   * and whatever `work` throws
   */
  async run<Result>(choice: JobChoice, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    if (this.#closed) throw interrupted(choice);
    this.refuseWhileBusy();
    const before = this.#last;
    before?.stop.abort();
    const stop = new AbortController();
    const done = begin(choice, before, stop.signal, work);
    const ended = done.then(
      () => this.#finish(stop),
      () => this.#finish(stop),
    );
    this.#last = { choice, stop, ended };
    return done;
  }

  /** Aborts the running job; one that waits never begins. */
  cancel(): void {
    this.#last?.stop.abort();
  }

  /** Ends the running job, and refuses later ones. */
  async close(): Promise<void> {
    this.#closed = true;
    this.cancel();
    await this.#last?.ended;
  }

  #finish(stop: AbortController): void {
    if (this.#last?.stop === stop) this.#last = null;
  }
}

async function begin<Result>(
  choice: JobChoice,
  before: BegunJob | null,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await before?.ended;
  if (signal.aborted) throw interrupted(choice);
  return work(signal);
}

const interrupted = ({ name }: JobChoice): AppError =>
  new AppError('interrupted', `${name} was cancelled before it started`, 'Start it again.');

export const isInterrupted = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'interrupted';
