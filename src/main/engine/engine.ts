import type { ModelOutputs } from '../../domain/inference.ts';
import type { ImageViews, ModelMetadata, ProviderReport } from '../../domain/model.ts';
import { type PreparedImage, ScanDecoders } from '../decoding/index.ts';
import { EngineWorker } from './engineWorker.ts';
import { readModelFile } from './modelFile.ts';
import { missingProvider, providerAvailability } from './providers.ts';
import type { Engine, EngineItem, EngineOptions, EngineResult } from './types.ts';
import { mostViews } from './views.ts';

/** A GPU wants many images at once; on the CPU more than a few gain nothing and delay a cancel. */
const BATCH_SIZE = { cpu: 16, gpu: 64 };

/**
 * Starts a model in a process of its own.
 *
 * @throws AppError `model-missing`, `model-invalid`, `provider-missing`, or `engine-failed` if the process
 *   does not start, with the end of its stderr
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { metadata } = await readModelFile(options.modelPath);
  if (options.provider !== 'auto') {
    const { reason } = providerAvailability(options.provider);
    if (reason) throw missingProvider(options.provider, reason);
  }
  const engine = new ProcessEngine(options, metadata);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

class ProcessEngine implements Engine {
  readonly model: ModelMetadata;
  readonly #worker: EngineWorker<Uint8Array, ModelOutputs>;
  readonly #decoders: ScanDecoders;
  #report: ProviderReport | null = null;
  #views: ImageViews;

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
    this.#views = views;
    this.#decoders = new ScanDecoders({ startProcess: options.startProcess, ...options.decoding });
    this.#worker = new EngineWorker({
      start: { kind: 'start', modelPath, cpuModelPath, provider, withFeatures, threads },
      process: options,
      request: (key, inputs) => ({ kind: 'infer', key, inputs, views: this.#views }),
      outcomesOf: (reply) => (reply.kind === 'results' ? reply.results : []),
      looks: () => mostViews(this.#views),
      runMs: options.runMs,
    });
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

  get decoderPids(): number[] {
    return this.#decoders.pids;
  }

  get restarts(): number {
    return this.#worker.restarts;
  }

  start(): Promise<void> {
    return this.#worker.start();
  }

  async infer(items: EngineItem[]): Promise<EngineResult[]> {
    const prepared = await this.#decoders.prepareImages(items, this.model.inputSize);
    const outcomes = await this.#worker.run(prepared.flatMap((image) => (image.ok ? [image.input] : [])));
    let next = 0;
    return prepared.map((image, index) => {
      const { id } = items[index] as EngineItem;
      return resultOf(id, image, image.ok ? outcomes[next++] : undefined);
    });
  }

  useViews(views: ImageViews): void {
    this.#views = views;
  }

  async close(): Promise<void> {
    this.#decoders.close();
    await this.#worker.close();
  }
}

function resultOf(
  id: number,
  image: PreparedImage,
  outcome: ModelOutputs | string | undefined,
): EngineResult {
  if (!image.ok) return { id, ...image };
  const { file, image: facts } = image;
  if (outcome === undefined || typeof outcome === 'string') {
    return { id, file, ok: false, problem: outcome ?? 'the model gave no result' };
  }
  return { id, file, ok: true, image: facts, outputs: outcome };
}
