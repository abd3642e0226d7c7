import { AppError, errorMessage } from '../../shared/errors.ts';
import type { ModelMetadata, ProviderReport } from '../../shared/model.ts';
import { type EngineChild, StartCrash, startChild } from './engineChild.ts';
import { InferenceQueue } from './inferenceQueue.ts';
import { readModelFile } from './modelFile.ts';
import { applyPriority } from './priority.ts';
import { missingProvider, providerAvailability } from './providers.ts';
import type { Engine, EngineItem, EngineOptions, EngineResult } from './types.ts';

const START_ATTEMPTS = 3;
/** A GPU wants many images at once; on the CPU more than a few gain nothing and delay a cancel. */
const BATCH_SIZE = { cpu: 16, gpu: 64 };

/**
 * Starts a model in a process of its own.
 *
 * @throws AppError `model-missing`, `model-invalid`, `provider-missing`, or `engine-failed` where the process
 * does not start, with the end of what it wrote to stderr
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { metadata } = await readModelFile(options.modelPath);
  if (options.provider !== 'auto') {
    const { reason } = providerAvailability(options.provider);
    if (reason) throw missingProvider(options.provider, reason);
  }
  const engine = new ProcessEngine(options, metadata);
  await engine.start();
  return engine;
}

class ProcessEngine implements Engine {
  readonly model: ModelMetadata;
  readonly #options: EngineOptions;
  readonly #queue = new InferenceQueue();
  #child: EngineChild | null = null;
  #report: ProviderReport | null = null;
  readonly #closing = new AbortController();
  #restarts = 0;
  #isLow = false;
  /** Why no call can be answered any more. */
  #ended: AppError | null = null;

  constructor(options: EngineOptions, model: ModelMetadata) {
    this.#options = options;
    this.model = model;
  }

  get provider(): ProviderReport {
    return this.#report as ProviderReport;
  }

  get batchSize(): number {
    return this.provider.used === 'cpu' ? BATCH_SIZE.cpu : BATCH_SIZE.gpu;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  async start(): Promise<void> {
    const child = await this.#startPatiently();
    this.#child = child;
    this.#report = { requested: this.#options.provider, used: child.used, fallbacks: child.fallbacks };
    if (this.#isLow) applyPriority(child.pid, true);
    this.#send();
  }

  /** A start may fail for once where memory is short; one that fails again and again is reported. */
  async #startPatiently(): Promise<EngineChild> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await startChild(
          this.#options,
          {
            reply: ({ key, results }) => {
              this.#queue.finish(key, results);
              this.#send();
            },
            exit: (how) => this.#restart(how),
          },
          this.#closing.signal,
        );
      } catch (error) {
        if (!(error instanceof StartCrash)) throw error;
        if (attempt < START_ATTEMPTS && !this.#ended) continue;
        throw new AppError(
          'engine-failed',
          `The model process does not start: ${error.message}`,
          'Try `--provider cpu`, and see `grefel doctor`.',
          { cause: error },
        );
      }
    }
  }

  #restart(how: string): void {
    this.#child = null;
    if (this.#ended) return;
    this.#restarts++;
    this.#queue.crashed();
    this.start().catch((error: unknown) => {
      const failure = new AppError(
        'engine-failed',
        `The model process died (${how}): ${errorMessage(error)}`,
      );
      this.#end(error instanceof AppError ? error : failure);
    });
  }

  #send(): void {
    if (!this.#child) return;
    for (const { key, items } of this.#queue.take()) this.#child.send({ kind: 'infer', key, items });
  }

  #end(why: AppError): void {
    this.#ended ??= why;
    this.#queue.rejectAll(this.#ended);
  }

  infer(items: EngineItem[]): Promise<EngineResult[]> {
    if (this.#ended) return Promise.reject(this.#ended);
    if (items.length === 0) return Promise.resolve([]);
    const results = this.#queue.add(items);
    this.#send();
    return results;
  }

  setPriority(low: boolean): void {
    this.#isLow = low;
    if (this.#child) applyPriority(this.#child.pid, low);
  }

  async close(): Promise<void> {
    this.#end(new AppError('interrupted', 'The model was stopped'));
    this.#closing.abort();
    this.#child = null;
  }
}
