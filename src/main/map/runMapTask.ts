import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../domain/errors.ts';
import type { MapProgress } from '../../protocol/map.ts';
import type { MapMessage, MapTask, PointBatch } from './messages.ts';

/** UMAP over 10,000 images takes some 600 MB. */
const MOST_MEMORY_MB = 2048;

interface MapListener {
  progress(progress: MapProgress): void;
  points(batch: PointBatch): void;
}

export type MapResult = Omit<Extract<MapMessage, { kind: 'done' }>, 'kind'>;

/**
 * Does the work in a thread of its own, since it takes minutes of pure computing.
 * @param signal ends it at once
 * @throws AppError `interrupted` when it was ended, `engine-failed` when it failed
 */
export async function runMapTask(
  task: MapTask,
  listener: MapListener,
  signal: AbortSignal,
): Promise<MapResult> {
  signal.throwIfAborted();
  const worker = new Worker(workerFile(), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  const end = () => void worker.terminate();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await new Promise<MapResult>((resolve, reject) => {
      worker.on('message', (message: MapMessage) => {
        if (message.kind === 'progress') listener.progress(message.progress);
        else if (message.kind === 'points') listener.points(message.batch);
        else resolve(message);
      });
      worker.on('error', (error) => reject(failure(error)));
      worker.on('exit', () =>
        reject(new AppError('interrupted', 'the map was stopped', 'Build it again at any time.')),
      );
    });
  } finally {
    signal.removeEventListener('abort', end);
    await worker.terminate();
  }
}

function failure(error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error);
  return new AppError('engine-failed', `the map could not be built: ${why}`, 'Try again.', { cause: error });
}

/** The worker next to this module, in the sources or in the built application. */
function workerFile(): string {
  const candidates = ['./mapWorker.ts', './map.js', '../map.js'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new AppError(
      'engine-failed',
      `the map's program is missing: ${candidates[1]}`,
      'Run `npm run build`.',
    );
  return file;
}
