import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';
import type { Provider } from '../../shared/model.ts';
import { type EngineReply, type EngineRequest, replySchema } from './messages.ts';
import type { EngineOptions } from './types.ts';

/** Loading a provider's libraries for the first time takes seconds; a driver that hangs never ends. */
const START_TIMEOUT_MS = 120_000;
const STDERR_TAIL_CHARACTERS = 2000;

/** One run of the engine process, from its start to its end. */
export interface EngineChild {
  pid: number;
  used: Provider;
  fallbacks: string[];
  send(request: EngineRequest): void;
}

export interface ChildListener {
  reply(reply: Extract<EngineReply, { kind: 'results' }>): void;
  /** The process is gone, `how` as a clause for messages. */
  exit(how: string): void;
}

/** Thrown by startChild where the process died before it was ready: another try may help. */
export class StartCrash extends Error {}

/**
 * Starts the process and waits until its model is loaded. `signal` ends it at any time.
 *
 * @throws StartCrash; AppError where the process says itself why it cannot work
 */
export function startChild(
  options: EngineOptions,
  listener: ChildListener,
  signal: AbortSignal,
): Promise<EngineChild> {
  const child = spawn(options);
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  child.once('close', () => signal.removeEventListener('abort', kill));
  const stderr = keepTail(child);
  return new Promise((resolve, reject) => {
    let isReady = false;
    const timer = setTimeout(kill, START_TIMEOUT_MS);

    child.on('message', (message) => {
      const reply = replySchema.parse(message);
      if (reply.kind === 'results') return listener.reply(reply);
      clearTimeout(timer);
      if (reply.kind === 'refused') {
        kill();
        return reject(new AppError(reply.code, reply.message, reply.hint));
      }
      isReady = true;
      resolve({
        pid: child.pid as number,
        used: reply.used,
        fallbacks: reply.fallbacks,
        // A process that dies while it is written to is reported by its exit.
        send: (request) => void child.send(request, () => {}),
      });
    });
    const ended = (how: string) => {
      clearTimeout(timer);
      if (isReady) listener.exit(how);
      else reject(new StartCrash([how, stderr().trim()].filter(Boolean).join(': ')));
    };
    child.once('error', (error) => ended(error.message));
    // 'close' and not 'exit': by then all of stderr was read.
    child.once('close', (code, signal) =>
      ended(signal ? `it was ended by ${signal}` : `it exited with ${code}`),
    );

    const { modelPath, provider, threads } = options;
    child.send(
      { kind: 'start', modelPath, provider, threads: threads ?? null } satisfies EngineRequest,
      () => {},
    );
  });
}

function spawn({ executable, entry }: EngineOptions): ChildProcess {
  return fork(entry ?? defaultEntry(), [], {
    ...(executable ? { execPath: executable } : {}),
    execArgv: [],
    // Distributions and embeddings travel as Float32Array.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, os.availableParallelism())) },
  });
}

/** The program beside this module, in the sources or in the built application. */
function defaultEntry(): string {
  const candidates = ['./engineProcess.ts', './engine.js', '../engine.js'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const entry = candidates.find((candidate) => existsSync(candidate));
  if (entry) return entry;
  throw new AppError(
    'engine-failed',
    `The engine's program is missing: ${candidates[1]}`,
    'Run `npm run build`.',
  );
}

function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_TAIL_CHARACTERS);
  });
  return () => tail;
}
