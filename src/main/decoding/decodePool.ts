import { AppError } from '../../domain/errors.ts';
import { ImageProblem } from '../images/index.ts';
import { describeEnd } from '../processes/index.ts';
import { BlamedPicture } from './blamedPicture.ts';
import { Decoder, type Task } from './decoder.ts';
import type { DecoderAnswer, DecoderProgram } from './decoderChild.ts';
import type { DecodeAnswers, DecodeJob } from './jobs.ts';
import { ALONE_LIMITS, type DecoderLimits, LIMIT_PROBLEMS, passedLimit, SHARED_LIMITS } from './limits.ts';
import { type LineOrder, WaitingLine } from './waitingLine.ts';

export interface DecodePoolOptions extends DecoderProgram {
  /** Most processes that decode several pictures each; there is one more for those that have to be decoded alone. */
  processes: number;
  order: LineOrder;
  /** Jobs that wait; of more the oldest is given up. */
  mostWaiting?: number;
  sharedLimits?: DecoderLimits;
  aloneLimits?: DecoderLimits;
}

/** Jobs under way in one process, so that it never waits for the next one; their pixels together are bounded. */
const AT_ONCE = 16;
/** A picture is blamed for the end of a process when it ends this many fresh ones alone. */
const FAILURES_TO_BLAME = 2;
/** How often a picture is tried again if its process is killed from outside. */
const MOST_ENDED = 10;
const MOST_FAILED_STARTS = 3;
const LANE_IDLE_MS = 10_000;
const CRASH_PROBLEM = 'the decoder crashed on this image';
const ENDED_FROM_OUTSIDE = /SIG(KILL|TERM|INT|HUP)/;

/**
 * Decodes pictures in processes with limits of time, memory and pixels, each of which is replaced when it
 * dies. Pictures that were in progress are decoded again, one at a time in a process of their own (the lane);
 * so are very large ones.
 */
export class DecodePool {
  readonly #options: DecodePoolOptions;
  readonly #waiting: WaitingLine<Task>;
  readonly #shared = new Set<Decoder>();
  /** To be done alone; a suspect needs a process that has done nothing before. */
  readonly #alone: { task: Task; isSuspect: boolean }[] = [];
  #lane: Decoder | null = null;
  #laneTimer: NodeJS.Timeout | null = null;
  /** In a row; one that was ended from outside counts as a tenth. */
  #failedStarts = 0;
  #isClosed = false;

  constructor(options: DecodePoolOptions) {
    this.#options = options;
    this.#waiting = new WaitingLine(options.order, options.mostWaiting);
  }

  /** Process ids of those that run now. */
  get pids(): number[] {
    return this.#decoders().flatMap(({ pid }) => pid ?? []);
  }

  /** Starts the processes before there is work for them. */
  warmUp(): void {
    while (this.#shared.size < this.#options.processes) this.#startShared();
  }

  /**
   * @param signal drops the job if aborted before the job is in progress
   * @throws ImageProblem; AppError `busy` if it is dropped for newer ones, `interrupted` after close() or by
   *   the signal, `engine-failed` if no process can be kept alive
   */
  run<Job extends DecodeJob>(job: Job, signal?: AbortSignal): Promise<DecodeAnswers[Job['kind']]> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || signal?.aborted) {
        reject(interrupted());
        return;
      }
      const task: Task = { job, resolve: resolve as Task['resolve'], reject, failures: 0, ended: 0 };
      signal?.addEventListener('abort', () => this.#waiting.remove(task) && reject(interrupted()), {
        once: true,
      });
      const givenUp = this.#waiting.add(task);
      givenUp?.reject(new AppError('busy', 'too many images were requested at once', 'Try again later.'));
      this.#fill();
    });
  }

  /** Ends all processes at once; jobs in the line and under way reject with AppError `interrupted`. */
  close(): void {
    this.#isClosed = true;
    this.#failAll(interrupted());
  }

  #decoders(): Decoder[] {
    return this.#lane === null ? [...this.#shared] : [...this.#shared, this.#lane];
  }

  #start(limits: DecoderLimits): Decoder {
    return new Decoder(this.#options, limits, {
      answer: (task, answer) => this.#receive(task, answer),
      exit: (decoder, how, stderr) => this.#replace(decoder, how, stderr),
    });
  }

  #startShared(): Decoder {
    const decoder = this.#start(this.#options.sharedLimits ?? SHARED_LIMITS);
    this.#shared.add(decoder);
    return decoder;
  }

  #fill(): void {
    this.#fillLane();
    while (this.#waiting.length > 0) {
      const decoder = this.#leastLoaded();
      if (decoder === null) return;
      decoder.do(this.#waiting.take() as Task);
    }
  }

  #leastLoaded(): Decoder | null {
    const [least] = [...this.#shared].sort((a, b) => a.load - b.load);
    if (least?.load === 0) return least;
    if (this.#shared.size < this.#options.processes) return this.#startShared();
    return least !== undefined && least.load < AT_ONCE ? least : null;
  }

  #fillLane(): void {
    if (this.#lane !== null && this.#lane.load > 0) return;
    const next = this.#alone.shift();
    if (next === undefined) {
      this.#laneTimer ??= setTimeout(() => this.#endLane(), LANE_IDLE_MS).unref();
      return;
    }
    if (next.isSuspect && this.#lane !== null && this.#lane.handed > 0) this.#endLane();
    this.#stopLaneTimer();
    this.#lane ??= this.#start(this.#options.aloneLimits ?? ALONE_LIMITS);
    this.#lane.do(next.task);
  }

  #endLane(): void {
    this.#stopLaneTimer();
    this.#lane?.end();
    this.#lane = null;
  }

  #stopLaneTimer(): void {
    if (this.#laneTimer !== null) clearTimeout(this.#laneTimer);
    this.#laneTimer = null;
  }

  #receive(task: Task, answer: DecoderAnswer): void {
    this.#failedStarts = 0;
    if (answer.kind === 'done') task.resolve(answer.answer);
    else if (answer.kind === 'problem') task.reject(new ImageProblem(answer.problem));
    else this.#alone.push({ task, isSuspect: false });
    this.#fill();
  }

  /** A process is gone. */
  #replace(decoder: Decoder, how: string, stderr: string): void {
    const wasAlone = decoder === this.#lane;
    if (wasAlone) this.#lane = null;
    this.#shared.delete(decoder);
    if (!decoder.isReady) this.#failedStarts += ENDED_FROM_OUTSIDE.test(how) ? 1 / MOST_ENDED : 1;
    if (this.#failedStarts >= MOST_FAILED_STARTS) {
      this.#failAll(cannotStart(describeEnd(how, stderr)), decoder.tasks);
      return;
    }
    for (const task of decoder.tasks) {
      if (!decoder.isReady && !wasAlone) this.#waiting.addBack(task);
      else if (!wasAlone || !decoder.isReady || !this.#isLost(task, decoder, how, stderr)) {
        // Most pictures that were in progress together are valid, and quickly done.
        this.#alone.push({ task, isSuspect: wasAlone });
      }
    }
    this.#fill();
  }

  /**
   * Handles the end of a process in which a picture was alone. @returns whether the picture is not tried
   * again
   */
  #isLost(task: Task, decoder: Decoder, how: string, stderr: string): boolean {
    const limit = passedLimit(stderr);
    if (limit === null && ENDED_FROM_OUTSIDE.test(how)) {
      task.ended++;
      if (task.ended < MOST_ENDED) return false;
      task.reject(new AppError('engine-failed', `The image decoder keeps stopping: ${how}`));
      return true;
    }
    if (decoder.handed > 1) return false;
    task.failures++;
    if (task.failures < FAILURES_TO_BLAME) return false;
    const reason = limit === null ? CRASH_PROBLEM : LIMIT_PROBLEMS[limit];
    task.reject(limit === 'reading' ? new ImageProblem(reason) : new BlamedPicture(reason));
    return true;
  }

  #failAll(reason: AppError, ofTheDead: Task[] = []): void {
    const waiting = [...this.#waiting.takeAll(), ...this.#alone.splice(0).map(({ task }) => task)];
    const underWay = this.#decoders().flatMap((decoder) => decoder.tasks);
    for (const decoder of this.#shared) decoder.end();
    this.#shared.clear();
    this.#endLane();
    for (const task of [...waiting, ...underWay, ...ofTheDead]) task.reject(reason);
  }
}

function interrupted(): AppError {
  return new AppError('interrupted', 'Decoding was stopped');
}

function cannotStart(why: string): AppError {
  return new AppError(
    'engine-failed',
    `The image decoder does not start: ${why}`,
    'Install GReFEL Relabel again.',
  );
}
