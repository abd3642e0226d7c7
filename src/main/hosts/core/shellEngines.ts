import type { ChildLink, ChildListener, StartProcess } from '../../processes/index.ts';
import type { CoreReply, CoreRequest } from './messages.ts';

interface ShellChild {
  pid: number | undefined;
  listener: ChildListener;
}

/** Processes that the shell starts for the core, as if they were the core's own children. */
export class ShellEngines {
  readonly #ask: (message: CoreReply) => void;
  readonly #children = new Map<number, ShellChild>();
  #lastKey = 0;

  constructor(ask: (message: CoreReply) => void) {
    this.#ask = ask;
  }

  readonly start: StartProcess = ({ entry, env = process.env }, listener): ChildLink => {
    const key = ++this.#lastKey;
    const child: ShellChild = { pid: undefined, listener };
    this.#children.set(key, child);
    this.#ask({ kind: 'start-engine', key, entry, env });
    return {
      get pid() {
        return child.pid;
      },
      send: (message) => this.#ask({ kind: 'engine-request', key, message }),
      kill: () => this.#ask({ kind: 'kill-engine', key }),
    };
  };

  receive(request: CoreRequest): void {
    if (request.kind === 'engine-started') {
      const child = this.#children.get(request.key);
      if (child) child.pid = request.pid;
    }
    if (request.kind === 'engine-message') this.#children.get(request.key)?.listener.message(request.message);
    if (request.kind === 'engine-ended') {
      const child = this.#children.get(request.key);
      this.#children.delete(request.key);
      child?.listener.exit(request.how, request.stderr);
    }
  }
}
