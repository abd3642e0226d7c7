import type { ChildLink } from '../../../processes/index.ts';
import type { CoreReply, CoreRequest } from '../../core/messages.ts';
import { startUtility } from './utilityChild.ts';

/** The engines of one core, as utility processes: Electron lets only its main process start them. */
export class Engines {
  readonly #sendToCore: (message: CoreRequest) => void;
  readonly #children = new Map<number, ChildLink>();

  constructor(sendToCore: (message: CoreRequest) => void) {
    this.#sendToCore = sendToCore;
  }

  receive(reply: CoreReply): void {
    if (reply.kind === 'start-engine') this.#start(reply.key, reply.entry, reply.env);
    if (reply.kind === 'engine-request') this.#children.get(reply.key)?.send(reply.message);
    if (reply.kind === 'kill-engine') this.#children.get(reply.key)?.kill();
  }

  /** Their core is gone. */
  killAll(): void {
    for (const child of this.#children.values()) child.kill();
    this.#children.clear();
  }

  #start(key: number, entry: string, env: NodeJS.ProcessEnv): void {
    const child = startUtility(
      { entry, name: 'GReFEL Relabel engine', env },
      {
        started: (pid) => this.#sendToCore({ kind: 'engine-started', key, pid }),
        message: (message) => this.#sendToCore({ kind: 'engine-message', key, message }),
        exit: (how, stderr) => {
          if (this.#children.delete(key)) this.#sendToCore({ kind: 'engine-ended', key, how, stderr });
        },
      },
    );
    this.#children.set(key, child);
  }
}
