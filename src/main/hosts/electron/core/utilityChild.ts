import { utilityProcess } from 'electron';
import { type ChildLink, type ChildListener, OutputTail } from '../../../processes/index.ts';

interface UtilityListener extends ChildListener {
  started?(pid: number): void;
}

export interface UtilityOptions {
  entry: string;
  /** As the system's list of processes shows it. */
  name: string;
  env?: NodeJS.ProcessEnv;
}

/** Starts a program as a utility process of Electron: Node, without a window, that ends with the app. */
export function startUtility(
  { entry, name, env = process.env }: UtilityOptions,
  listener: UtilityListener,
): ChildLink {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: utilityEnvironment(env),
  });
  const stderr = new OutputTail(child.stderr, true);
  child.once('spawn', () => child.pid !== undefined && listener.started?.(child.pid));
  child.on('message', (message: unknown) => listener.message(message));
  child.once('exit', (code) => listener.exit(`it exited with ${code}`, stderr.text.trim()));
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    kill: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
  };
}

/** Electron's fork() sets ELECTRON_RUN_AS_NODE for its children, with which one of these would be no utility. */
function utilityEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => name !== 'ELECTRON_RUN_AS_NODE' && value);
  return Object.fromEntries(entries) as Record<string, string>;
}
