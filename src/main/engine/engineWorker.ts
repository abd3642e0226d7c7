import { AppError, errorMessage } from '../../domain/errors.ts';
import {
  type EngineChild,
  type EngineProcess,
  type InferRequest,
  type ResultsReply,
  StartCrash,
  type StartRequest,
  startChild,
} from './engineChild.ts';
import { type EndOfProcess, InferenceQueue } from './inferenceQueue.ts';

const START_ATTEMPTS = 3;
/** So often in a row, with nothing done between, a process that is ended from outside is started again. */
const MOST_ENDED = 10;
const ENDED_FROM_OUTSIDE = /SIG(KILL|TERM|INT|HUP)/;
/** A model that fails on this many images, and has finished none, fails on all. */
const FAILURES_OF_A_MODEL = 2;
/** Time allowed for a run in addition to that of the blank image, and as a multiple of it. */
const RUN_MS = 10_000;
const RUN_FACTOR = 10;

export interface WorkerOptions<Input, Outcome> {
  start: StartRequest;
  process: EngineProcess;
  /** How inputs are sent. */
  request(key: number, inputs: Input[]): InferRequest;
  outcomesOf(reply: ResultsReply): (Outcome | string)[];
  /** Most views of one input; by default one. */
  looks?: () => number;
  /** Limit of one run, in addition to the time learned from the blank image. */
  runMs?: number | undefined;
}

/** A process that decoded images are handed to, started again whenever one of them ends it. */
export class EngineWorker<Input, Outcome> {
  readonly #options: WorkerOptions<Input, Outcome>;
  readonly #queue = new InferenceQueue<Input, Outcome | string>();
  #child: EngineChild | null = null;
  readonly #closing = new AbortController();
  #restarts = 0;
  #endedInARow = 0;
  #tookTooLong = false;
  #timer: NodeJS.Timeout | null = null;
  /** Why no call can be answered any more. */
  #ended: AppError | null = null;

  constructor(options: WorkerOptions<Input, Outcome>) {
    this.#options = options;
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
    this.#send();
  }

  /** A start may fail for once where memory is short; one that fails again and again is reported. */
  async #startPatiently(): Promise<EngineChild> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await startChild(
          this.#options.start,
          this.#options.process,
          {
            reply: (reply) => {
              this.#endedInARow = 0;
              this.#queue.finish(reply.key, this.#options.outcomesOf(reply));
              this.#send();
            },
            exit: (how) => this.#restart(how),
          },
          this.#closing.signal,
        );
      } catch (error) {
        if (!(error instanceof StartCrash)) throw error;
        const isFromOutside = ENDED_FROM_OUTSIDE.test(error.message) && !error.isOfModel;
        const most = isFromOutside ? MOST_ENDED : START_ATTEMPTS;
        if (attempt < most && !this.#ended) continue;
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
    this.#stopTimer();
    if (this.#ended) return;
    this.#restarts++;
    const end = this.#endOf(how);
    this.#tookTooLong = false;
    this.#queue.ended(end);
    if (end === 'outside') this.#endedInARow++;
    const failure = this.#failureOf(end, how);
    if (failure !== null) {
      this.#end(failure);
      return;
    }
    this.start().catch((error: unknown) => {
      const died = new AppError(
        'engine-failed',
        `The model process stopped (${how}): ${errorMessage(error)}`,
      );
      this.#end(error instanceof AppError ? error : died);
    });
  }

  #endOf(how: string): EndOfProcess {
    if (this.#tookTooLong) return 'time';
    return ENDED_FROM_OUTSIDE.test(how) ? 'outside' : 'crash';
  }

  /** Why continuing is useless; null if it is not. */
  #failureOf(end: EndOfProcess, how: string): AppError | null {
    if (this.#endedInARow >= MOST_ENDED) {
      return new AppError(
        'engine-failed',
        `The model process stopped ${MOST_ENDED} times in a row: ${how}`,
        'The computer may be short of memory: close other programs, or use a smaller model.',
      );
    }
    if (this.#queue.blamedOfAll < FAILURES_OF_A_MODEL) return null;
    return new AppError(
      'model-invalid',
      end === 'time'
        ? 'The model is too slow: it did not finish any image'
        : 'The model crashes: it did not finish any image',
      'Use another model, or export this one again.',
    );
  }

  #send(): void {
    if (!this.#child) return;
    for (const { key, inputs } of this.#queue.take()) this.#child.send(this.#options.request(key, inputs));
    this.#watch(this.#child);
  }

  /** Ends a process that does not come back from a run: a model can hold a loop that never ends. */
  #watch(child: EngineChild): void {
    if (this.#tookTooLong) return; // it is being ended
    this.#stopTimer();
    const inputs = this.#queue.underWay;
    if (inputs === 0) return;
    const { looks = () => 1, runMs = RUN_MS } = this.#options;
    this.#timer = setTimeout(
      () => {
        this.#tookTooLong = true;
        child.kill();
      },
      runMs + RUN_FACTOR * child.trialMs * inputs * looks(),
    );
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #end(why: AppError): void {
    this.#stopTimer();
    this.#ended ??= why;
    this.#queue.rejectAll(this.#ended);
  }

  /** Outcomes in the order of `inputs`. @throws AppError `engine-failed`, `model-invalid`, `interrupted` after close() */
  run(inputs: Input[]): Promise<(Outcome | string)[]> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (inputs.length === 0) return Promise.resolve([]);
    const outcomes = this.#queue.add(inputs);
    this.#send();
    return outcomes;
  }

  /** Ends the process at once. */
  async close(): Promise<void> {
    this.#end(new AppError('interrupted', 'The model was stopped'));
    this.#closing.abort();
    this.#child = null;
  }
}
