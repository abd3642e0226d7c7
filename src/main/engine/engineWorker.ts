import { AppError, errorMessage } from '../../shared/errors.ts';
import {
  type EngineChild,
  type EngineProcess,
  type ResultsReply,
  StartCrash,
  type StartRequest,
  startChild,
} from './engineChild.ts';
import { type CrashResult, InferenceQueue } from './inferenceQueue.ts';
import { applyPriority } from './priority.ts';
import type { EngineItem } from './types.ts';

const START_ATTEMPTS = 3;

/** A process that images are handed to, started again whenever one of them kills it. */
export class EngineWorker<Result> {
  readonly #request: StartRequest;
  readonly #process: EngineProcess;
  readonly #resultsOf: (reply: ResultsReply) => Result[];
  readonly #queue = new InferenceQueue<Result>();
  #child: EngineChild | null = null;
  readonly #closing = new AbortController();
  #restarts = 0;
  #isLow = false;
  /** Why no call can be answered any more. */
  #ended: AppError | null = null;

  constructor(
    request: StartRequest,
    engineProcess: EngineProcess,
    resultsOf: (reply: ResultsReply) => Result[],
  ) {
    this.#request = request;
    this.#process = engineProcess;
    this.#resultsOf = resultsOf;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Called with every process that was started, before it gets any work. */
  onStart: (child: EngineChild) => void = () => {};

  async start(): Promise<void> {
    const child = await this.#startPatiently();
    this.#child = child;
    this.onStart(child);
    if (this.#isLow) applyPriority(child.pid, true);
    this.#send();
  }

  /** A start may fail for once where memory is short; one that fails again and again is reported. */
  async #startPatiently(): Promise<EngineChild> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await startChild(
          this.#request,
          this.#process,
          {
            reply: (reply) => {
              this.#queue.finish(reply.key, this.#resultsOf(reply));
              this.#send();
            },
            exit: (how) => this.#restart(how),
          },
          this.#closing.signal,
        );
      } catch (error) {
        if (!(error instanceof StartCrash)) throw error;
        if (attempt < START_ATTEMPTS && !this.#ended) continue;
        throw new AppError(
          'engine-failed',
          `The model process does not start: ${error.message}`,
          'Try `--provider cpu`, and see `grefel doctor`.',
          { cause: error },
        );
      }
    }
  }

  #restart(how: string): void {
    this.#child = null;
    if (this.#ended) return;
    this.#restarts++;
    this.#queue.crashed();
    this.start().catch((error: unknown) => {
      const failure = new AppError(
        'engine-failed',
        `The model process died (${how}): ${errorMessage(error)}`,
      );
      this.#end(error instanceof AppError ? error : failure);
    });
  }

  #send(): void {
    if (!this.#child) return;
    for (const { key, items } of this.#queue.take()) this.#child.send({ kind: 'infer', key, items });
  }

  #end(why: AppError): void {
    this.#ended ??= why;
    this.#queue.rejectAll(this.#ended);
  }

  /** Results in the order of `items`. @throws AppError `engine-failed`, `interrupted` after close() */
  run(items: EngineItem[]): Promise<(Result | CrashResult)[]> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (items.length === 0) return Promise.resolve([]);
    const results = this.#queue.add(items);
    this.#send();
    return results;
  }

  setPriority(low: boolean): void {
    this.#isLow = low;
    if (this.#child) applyPriority(this.#child.pid, low);
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    this.#end(new AppError('interrupted', 'The model was stopped'));
    this.#closing.abort();
    this.#child = null;
  }
}
