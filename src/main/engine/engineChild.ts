import os from 'node:os';
import { AppError } from '../../domain/errors.ts';
import type { Provider } from '../../domain/model.ts';
import { describeEnd, forkChild, programEntry } from '../processes/index.ts';
import { type EngineReply, type EngineRequest, replySchema } from './messages.ts';
import type { StartLimits } from './startLimits.ts';
import type { EngineOptions } from './types.ts';

const START_LIMITS: StartLimits = { loadMs: 120_000, trialMs: { cpu: 30_000, gpu: 120_000 } };

/** One run of the engine process, from its start to its end. */
export interface EngineChild {
  pid: number;
  used: Provider;
  fallbacks: string[];
  /** How long one blank image took. */
  trialMs: number;
  send(request: EngineRequest): void;
  /** Ends it at once. */
  kill(): void;
}

export type ResultsReply = Extract<EngineReply, { kind: 'results' | 'faces' }>;
export type InferRequest = Extract<EngineRequest, { kind: 'infer' | 'find-faces' }>;
export type StartRequest = Extract<EngineRequest, { kind: 'start' | 'start-faces' }>;
/** How the engine's process is started. */
export type EngineProcess = Pick<EngineOptions, 'executable' | 'entry' | 'startProcess' | 'startLimits'>;

export interface EngineListener {
  reply(reply: ResultsReply): void;
  /** The process is gone, `how` as a clause for messages. */
  exit(how: string): void;
}

/** Thrown by startChild where the process died before it was ready: another try may help. */
export class StartCrash extends Error {
  /** Whether the model was loaded by then, and did it. */
  readonly isOfModel: boolean;

  constructor(message: string, isOfModel: boolean) {
    super(message);
    this.isOfModel = isOfModel;
  }
}

/**
 * Starts the process and waits until it has loaded what it is to run. `signal` ends it at any time.
 *
 * @throws StartCrash; AppError if the process itself reports why it cannot work
 */
export function startChild(
  request: StartRequest,
  { executable, entry, startProcess = forkChild, startLimits = START_LIMITS }: EngineProcess,
  listener: EngineListener,
  signal: AbortSignal,
): Promise<EngineChild> {
  return new Promise((resolve, reject) => {
    let isReady = false;
    let isTrying = false;
    const child = startProcess(
      { entry: entry ?? engineEntry(), executable, env: engineEnvironment() },
      { message: receive, exit },
    );
    let timer = giveUpAfter(startLimits.loadMs, 'to load');
    const abort = () => child.kill();
    signal.addEventListener('abort', abort, { once: true });
    child.send(request);

    function receive(message: unknown): void {
      const reply = replySchema.parse(message);
      if (reply.kind === 'results' || reply.kind === 'faces') {
        listener.reply(reply);
        return;
      }
      clearTimeout(timer);
      if (reply.kind === 'trying') {
        isTrying = true;
        const { cpu, gpu } = startLimits.trialMs;
        timer = giveUpAfter(reply.provider === 'cpu' ? cpu : gpu, 'on a blank image');
        return;
      }
      if (reply.kind === 'refused') {
        child.kill();
        reject(new AppError(reply.code, reply.message, reply.hint));
        return;
      }
      isReady = true;
      const { used, fallbacks, trialMs } = reply;
      resolve({
        pid: child.pid as number,
        used,
        fallbacks,
        trialMs,
        send: (request) => child.send(request),
        kill: () => child.kill(),
      });
    }

    /** A start that once took this long may take as long again. */
    function giveUpAfter(milliseconds: number, doing: string): NodeJS.Timeout {
      return setTimeout(() => {
        reject(
          new AppError(
            'model-invalid',
            `${modelOf(request)} cannot be used: it took longer than ${milliseconds / 1000} s ${doing}`,
            'Use another model, or try `--provider cpu`.',
          ),
        );
        child.kill();
      }, milliseconds);
    }

    function exit(how: string, stderr: string): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (isReady) listener.exit(how);
      else reject(new StartCrash(describeEnd(how, stderr), isTrying));
    }
  });
}

function modelOf(request: StartRequest): string {
  return request.kind === 'start' ? request.modelPath : request.detectorPath;
}

function engineEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, os.availableParallelism())) };
}

export const engineEntry = () =>
  programEntry(import.meta.url, {
    source: 'engineProcess.ts',
    built: 'engine.js',
    title: "The engine's program",
  });
