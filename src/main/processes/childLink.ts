import { fork } from 'node:child_process';

const STDERR_TAIL_CHARACTERS = 2000;

/** A process that this one started and talks to. */
export interface ChildLink {
  readonly pid: number | undefined;
  send(message: unknown): void;
  /** Ends it at once. */
  kill(): void;
}

export interface ChildListener {
  message(message: unknown): void;
  /**
   * The process has ended, or could not be started: `how` as a clause for messages, `stderr` the end of its
   * output.
   */
  exit(how: string, stderr: string): void;
}

export interface ForkOptions {
  entry: string;
  /** Node executable; by default the one that runs. */
  executable?: string | undefined;
  env?: NodeJS.ProcessEnv;
  /** Its stderr also goes to this process's; with GREFEL_VERBOSE=1 that of every child does. */
  echo?: boolean;
}

/** A way to start a Node program. */
export type StartProcess = (options: ForkOptions, listener: ChildListener) => ChildLink;

/** Starts a Node program as a child of this process. */
export function forkChild({ entry, executable, env, echo }: ForkOptions, listener: ChildListener): ChildLink {
  const child = fork(entry, [], {
    ...(executable ? { execPath: executable } : {}),
    execArgv: [],
    serialization: 'advanced', // distributions and embeddings travel as Float32Array
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: withoutReports(env ?? process.env),
  });
  const stderr = new OutputTail(child.stderr, echo === true || process.env.GREFEL_VERBOSE === '1');
  let ended = false;
  const end = (how: string) => {
    if (ended) return;
    ended = true;
    listener.exit(how, stderr.text.trim());
  };
  child.on('message', (message) => listener.message(message));
  child.once('error', (error) => end(error.message));
  // 'close' and not 'exit': by then all of stderr was read.
  child.once('close', (code, signal) => end(signal ? `it was ended by ${signal}` : `it exited with ${code}`));
  return {
    pid: child.pid,
    // A process that dies while it is written to is reported by its exit.
    send: (message) => void child.send(message as object, () => {}),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Where `node --watch` runs this process, its children would send it every module that they load. */
function withoutReports({ WATCH_REPORT_DEPENDENCIES: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env;
}

/** The end of a process's output. */
export class OutputTail {
  text = '';

  constructor(stream: NodeJS.ReadableStream | null, echo: boolean) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      this.text = (this.text + chunk).slice(-STDERR_TAIL_CHARACTERS);
      if (echo) process.stderr.write(chunk);
    });
  }
}
