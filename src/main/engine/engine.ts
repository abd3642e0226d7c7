import type { ModelMetadata, ProviderReport } from '../../shared/model.ts';
import { EngineWorker } from './engineWorker.ts';
import { readModelFile } from './modelFile.ts';
import { missingProvider, providerAvailability } from './providers.ts';
import type { Engine, EngineItem, EngineOptions, EngineResult } from './types.ts';

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
  readonly #worker: EngineWorker<EngineResult>;
  #report: ProviderReport | null = null;

  constructor(options: EngineOptions, model: ModelMetadata) {
    const {
      modelPath,
      cpuModelPath = modelPath,
      provider,
      views = 'one',
      withFeatures = false,
      threads = null,
    } = options;
    this.model = model;
    this.#worker = new EngineWorker(
      { kind: 'start', modelPath, cpuModelPath, provider, views, withFeatures, threads },
      options,
      (reply) => (reply.kind === 'results' ? reply.results : []),
    );
    this.#worker.onStart = ({ used, fallbacks }) => {
      this.#report = { requested: provider, used, fallbacks };
    };
  }

  get provider(): ProviderReport {
    return this.#report as ProviderReport;
  }

  get batchSize(): number {
    return this.provider.used === 'cpu' ? BATCH_SIZE.cpu : BATCH_SIZE.gpu;
  }

  get pid(): number | null {
    return this.#worker.pid;
  }

  get restarts(): number {
    return this.#worker.restarts;
  }

  start(): Promise<void> {
    return this.#worker.start();
  }

  infer(items: EngineItem[]): Promise<EngineResult[]> {
    return this.#worker.run(items);
  }

  setPriority(low: boolean): void {
    this.#worker.setPriority(low);
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}
