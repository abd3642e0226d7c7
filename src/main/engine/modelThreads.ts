import { Worker } from 'node:worker_threads';
import { AppError } from '../../domain/errors.ts';
import type { ImageViews, Provider, ProviderChoice } from '../../domain/model.ts';
import { physicalCores } from './physicalCores.ts';
import { providerAvailability, providersToTry } from './providers.ts';
import type { OutputsOrProblem } from './runOrSplit.ts';
import type { SessionOptions } from './session.ts';
import type { FromThread, ThreadOptions, ToThread } from './threadMessages.ts';

/** Each thread has a model of its own in memory; beyond this many, each runs it on several cores. */
const MOST_THREADS = 4;
/** Images of one run: larger runs are no faster, and smaller ones leave no thread waiting for another. */
const IMAGES_A_RUN = 4;

/** A model that is ready to predict. */
export interface Predictor {
  used: Provider;
  fallbacks: string[];
  trialMs: number;
  /** Outcomes in the order of `inputs`. @param inputs [S*S*3] RGB bytes each */
  predict(inputs: Uint8Array[], views: ImageViews): Promise<OutputsOrProblem[]>;
}

/**
 * How many cores each thread's model runs on: one thread for each core is faster than one model on all of them,
 * because no core waits for the others within a run. Null if one model in the process's main thread is to run
 * on all: where a GPU may be used or the number of cores is unknown; and under Electron, where importing
 * onnxruntime-node in several threads has crashed (decision 001).
 *
 * @param threads that the user asked for
 */
export function coresOfThreads(
  provider: ProviderChoice,
  threads: number | null,
  cores = physicalCores(),
): number[] | null {
  const first = providersToTry(provider).find((candidate) => providerAvailability(candidate).available);
  const total = threads ?? cores;
  if (first !== 'cpu' || total === null || process.versions.electron !== undefined) return null;
  const count = Math.min(MOST_THREADS, total);
  return Array.from(
    { length: count },
    (_, index) => Math.floor(total / count) + (index < total % count ? 1 : 0),
  );
}

interface Piece {
  inputs: Uint8Array[];
  views: ImageViews;
  done(outcomes: OutputsOrProblem[]): void;
}

interface Thread {
  worker: Worker;
  piece: Piece | null;
}

/**
 * Opens the model in one thread for each entry of `cores`; the threads share the images of every call. It is
 * open when the first thread has tried it; the others join when they have loaded it, and one that cannot is
 * left out.
 *
 * @throws as openSession
 */
export async function openModelThreads(
  options: SessionOptions,
  cores: readonly number[],
): Promise<Predictor> {
  const { beforeTrial, modelPath, cpuModelPath, metadata, provider, withFeatures } = options;
  const model = { modelPath, cpuModelPath, metadata, provider, withFeatures };
  const threads: Thread[] = [];
  const waiting: Piece[] = [];

  function fill(): void {
    for (const thread of threads) {
      if (thread.piece !== null) continue;
      const piece = waiting.shift();
      if (piece === undefined) return;
      thread.piece = piece;
      const pixels = joined(piece.inputs);
      const call: ToThread = { pixels, images: piece.inputs.length, views: piece.views };
      thread.worker.postMessage(call, [pixels.buffer as ArrayBuffer]);
    }
  }

  function finish(thread: Thread, outcomes: OutputsOrProblem[]): void {
    const { piece } = thread;
    thread.piece = null;
    fill();
    piece?.done(outcomes);
  }

  function open(threadCores: number, listen: (message: FromThread) => void): void {
    const worker = new Worker(threadEntry(), {
      workerData: { ...model, threads: threadCores } satisfies ThreadOptions,
    });
    const thread: Thread = { worker, piece: null };
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'outcomes') {
        finish(thread, message.outcomes);
        return;
      }
      if (message.kind === 'ready') {
        threads.push(thread);
        fill();
      }
      listen(message);
    });
    // What a thread does not catch ends the process, as it would in the main thread.
    worker.on('error', (error) => {
      throw error;
    });
  }

  const [first = 1, ...others] = cores;
  const ready = await new Promise<FromThread & { kind: 'ready' }>((resolve, reject) => {
    open(first, (message) => {
      if (message.kind === 'ready') resolve(message);
      else if (message.kind === 'trying') void beforeTrial?.(message.provider);
      else if (message.kind === 'refused') reject(refusalOf(message));
    });
  });
  for (const threadCores of others) open(threadCores, () => {});
  const { used, fallbacks, trialMs } = ready;
  return {
    used,
    fallbacks,
    trialMs,
    predict: async (inputs, views) => {
      const pieces: Promise<OutputsOrProblem[]>[] = [];
      for (let from = 0; from < inputs.length; from += IMAGES_A_RUN) {
        const piece = inputs.slice(from, from + IMAGES_A_RUN);
        pieces.push(new Promise((done) => waiting.push({ inputs: piece, views, done })));
      }
      fill();
      return (await Promise.all(pieces)).flat();
    },
  };
}

/** [images * S*S*3], in memory of its own. */
function joined(inputs: readonly Uint8Array[]): Uint8Array {
  const each = inputs[0]?.length ?? 0;
  const pixels = new Uint8Array(inputs.length * each);
  for (const [index, input] of inputs.entries()) pixels.set(input, index * each);
  return pixels;
}

function refusalOf({ code, message, hint }: FromThread & { kind: 'refused' }): Error {
  return code === null ? new Error(message) : new AppError(code, message, hint);
}

/** This process's program, which in a thread serves the main thread: a built application has one entry for both. */
function threadEntry(): string {
  return process.argv[1] as string;
}
