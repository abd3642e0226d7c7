import type { ChildLink } from '../processes/index.ts';
import { type DecoderAnswer, type DecoderProgram, startDecoder } from './decoderChild.ts';
import type { DecodeJob } from './jobs.ts';
import type { DecoderLimits } from './limits.ts';

/** A job and whoever waits for it. */
export interface Task {
  job: DecodeJob;
  resolve(answer: unknown): void;
  reject(reason: Error): void;
  /** How often it ended a fresh process that had nothing else to do. */
  failures: number;
  /** How often its process was ended from outside. */
  ended: number;
}

export interface DecoderEvents {
  answer(task: Task, answer: DecoderAnswer): void;
  exit(decoder: Decoder, how: string, stderr: string): void;
}

/** One decoding process and the jobs that it was handed. */
export class Decoder {
  readonly #tasks = new Map<number, Task>();
  readonly #child: ChildLink;
  #lastKey = 0;
  #isReady = false;
  #isOver = false;

  constructor(program: DecoderProgram, limits: DecoderLimits, events: DecoderEvents) {
    this.#child = startDecoder(program, limits, {
      ready: () => {
        this.#isReady = true;
      },
      answer: (answer) => {
        const task = this.#tasks.get(answer.key);
        this.#tasks.delete(answer.key);
        if (task !== undefined) events.answer(task, answer);
      },
      exit: (how, stderr) => {
        if (!this.#isOver) events.exit(this, how, stderr);
      },
    });
  }

  get tasks(): Task[] {
    return [...this.#tasks.values()];
  }

  /** Jobs under way. */
  get load(): number {
    return this.#tasks.size;
  }

  /** Whether it was ever able to work. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Jobs that it was handed since it started. */
  get handed(): number {
    return this.#lastKey;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  do(task: Task): void {
    this.#lastKey++;
    this.#tasks.set(this.#lastKey, task);
    this.#child.send({ kind: 'job', key: this.#lastKey, job: task.job });
  }

  /** Ends it at once; it reports nothing more. */
  end(): void {
    this.#isOver = true;
    this.#child.kill();
  }
}
