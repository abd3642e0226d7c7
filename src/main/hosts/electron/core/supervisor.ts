import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { AppError } from '../../../../domain/errors.ts';
import type { ApiError } from '../../../../protocol/api.ts';
import type { ChildLink, ChildListener } from '../../../processes/index.ts';
import { type CoreReply, type CoreRequest, type CoreSettings, coreReplySchema } from '../../core/messages.ts';
import { Deferred } from './deferred.ts';
import { Engines } from './engines.ts';
import { newPipe, removePipe } from './pipe.ts';
import type { StartedCore } from './startCore.ts';

/** After this many deaths within this time the core is not started again automatically. */
const MOST_DEATHS = 3;
const DEATHS_WITHIN_MS = 60_000;
const STOP_TIMEOUT_MS = 5000;

/** Where the core listens, and the token that it requires. */
export interface CoreAddress {
  pipe: string;
  token: string;
}

type Export = Extract<CoreRequest, { kind: 'export' }>;

interface SupervisorEvents {
  /** The core died and another one runs; `openFailure` says why its dataset is not open any more. */
  restarted: [openFailure: ApiError | null];
}

/** Keeps a core running: starts it, starts it again when it dies, and gives up on one that cannot live. */
export class CoreSupervisor extends EventEmitter<SupervisorEvents> {
  readonly #startCore: (listener: ChildListener) => StartedCore;
  readonly #settings: CoreSettings;
  #address = new Deferred<CoreAddress>();
  #child: ChildLink | null = null;
  #folder: string | null = null;
  #deaths: number[] = [];
  #stopped: Deferred<void> | null = null;
  readonly #exports = new Map<number, Deferred<void>>();
  #lastKey = 0;

  constructor(startCore: (listener: ChildListener) => StartedCore, settings: CoreSettings) {
    super();
    this.#startCore = startCore;
    this.#settings = settings;
  }

  /**
   * Address of the running core, once it listens. @throws AppError `core-failed` if none can be kept running
   */
  get address(): Promise<CoreAddress> {
    return this.#address.promise;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Folder of the dataset that is open. */
  get folder(): string | null {
    return this.#folder;
  }

  /** Starts the core; also once more after it was given up. */
  start(): void {
    if (this.#child !== null) return;
    this.#deaths = [];
    if (this.#address.settled) this.#address = new Deferred();
    this.#run();
  }

  /** Writes the cleaned labels to a file. @throws AppError with the reason of a failure */
  async exportLabels({
    opening,
    file,
    request,
  }: Pick<Export, 'opening' | 'file' | 'request'>): Promise<void> {
    await this.address;
    const key = ++this.#lastKey;
    const written = new Deferred<void>();
    this.#exports.set(key, written);
    this.#child?.send({ kind: 'export', key, opening, file, request } satisfies Export);
    return written.promise.finally(() => this.#exports.delete(key));
  }

  /** Informs the core that a person has chosen a folder for exports. */
  async permitOutput(folder: string): Promise<void> {
    await this.address;
    this.#child?.send({ kind: 'permit-output', folder } satisfies CoreRequest);
  }

  /** Asks the core to close its files and end. */
  async stop(): Promise<void> {
    if (this.#stopped) return this.#stopped.promise;
    const child = this.#child;
    if (child === null) return;
    this.#stopped = new Deferred();
    child.send({ kind: 'stop' } satisfies CoreRequest);
    const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
    await this.#stopped.promise;
    clearTimeout(timer);
  }

  #run(): void {
    const address: CoreAddress = { pipe: newPipe(), token: randomBytes(24).toString('base64url') };
    const engines = new Engines((message) => child.send(message));
    const { child, needsEngines } = this.#startCore({
      message: (message) => {
        const reply = coreReplySchema.parse(message);
        engines.receive(reply);
        this.#receive(reply, address, child);
      },
      exit: (how, stderr) => {
        engines.killAll();
        removePipe(address.pipe);
        this.#onExit(how, stderr);
      },
    });
    this.#child = child;
    const request: CoreRequest = {
      kind: 'start',
      ...address,
      settings: this.#settings,
      folder: this.#folder,
      shellStartsEngine: needsEngines,
    };
    child.send(request);
  }

  #receive(reply: CoreReply, address: CoreAddress, child: ChildLink): void {
    if (reply.kind === 'folder') this.#folder = reply.folder;
    if (reply.kind === 'stopped') child.kill();
    if (reply.kind === 'exported') this.#finishExport(reply.key, reply.failure);
    if (reply.kind === 'refused') {
      const { message, hint } = reply.failure;
      this.#child = null;
      child.kill();
      this.#address.reject(new AppError('core-failed', message, hint));
    }
    if (reply.kind === 'ready') {
      this.#address.resolve(address);
      if (this.#deaths.length > 0) this.emit('restarted', reply.openFailure);
    }
  }

  #finishExport(key: number, failure: ApiError | null): void {
    if (failure === null) this.#exports.get(key)?.resolve();
    else this.#exports.get(key)?.reject(new AppError('output-refused', failure.message, failure.hint));
  }

  #onExit(how: string, stderr: string): void {
    if (this.#child === null) return; // refused: said already
    this.#child = null;
    const lost = new AppError('core-failed', 'The export was interrupted', 'Export it again.');
    for (const written of this.#exports.values()) written.reject(lost);
    if (this.#stopped) {
      this.#stopped.resolve();
      return;
    }
    if (this.#address.settled) this.#address = new Deferred();
    const now = Date.now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < DEATHS_WITHIN_MS), now];
    if (this.#deaths.length < MOST_DEATHS) {
      this.#run();
      return;
    }
    const lastLine = stderr.split('\n').at(-1);
    this.#address.reject(
      new AppError(
        'core-failed',
        `The part of the program that stores your data stopped ${MOST_DEATHS} times within a minute (${how})`,
        `Saved work is safe. Start it again, or restart the app.${lastLine ? ` Last message: ${lastLine}` : ''}`,
      ),
    );
  }
}
