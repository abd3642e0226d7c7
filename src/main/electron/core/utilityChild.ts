import { utilityProcess } from 'electron';
import { type ChildLink, type ChildListener, OutputTail } from '../../processes/index.ts';

export interface UtilityOptions {
  entry: string;
  /** As the system's list of processes shows it. */
  name: string;
  env?: NodeJS.ProcessEnv;
}

/** Starts a program as a utility process of Electron: Node, without a window, that ends with the app. */
export function startUtility({ entry, name, env }: UtilityOptions, listener: ChildListener): ChildLink {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: env ?? process.env,
  });
  const stderr = new OutputTail(child.stderr, true);
  child.on('message', (message: unknown) => listener.message(message));
  child.once('exit', (code) => listener.exit(`it exited with ${code}`, stderr.text.trim()));
  return {
    get pid() {
      return child.pid;
    },
    send: (message) => child.postMessage(message),
    kill: () => void child.kill(),
  };
}
