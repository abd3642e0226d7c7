import { parentPort, workerData } from 'node:worker_threads';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { loadRuntime } from './loadRuntime.ts';
import { openSession } from './session.ts';
import type { FromThread, ThreadOptions, ToThread } from './threadMessages.ts';
import { readInViews } from './views.ts';

/** The life of a thread that runs the model, which blocks it: see modelThreads.ts. */
export async function serveModelThread(): Promise<void> {
  const options = workerData as ThreadOptions;
  const post = (message: FromThread) => parentPort?.postMessage(message);
  try {
    const session = await openSession(await loadRuntime(), {
      ...options,
      beforeTrial: async (provider) => post({ kind: 'trying', provider }),
    });
    const { inputSize } = options.metadata;
    parentPort?.on('message', async ({ pixels, images, views }: ToThread) => {
      const inputs = Array.from({ length: images }, (_, index) =>
        pixels.subarray((index * pixels.length) / images, ((index + 1) * pixels.length) / images),
      );
      post({ kind: 'outcomes', outcomes: await readInViews(session, inputs, inputSize, views) });
    });
    const { used, fallbacks, trialMs } = session;
    post({ kind: 'ready', used, fallbacks, trialMs });
  } catch (error) {
    const { code, hint } = error instanceof AppError ? error : { code: null, hint: '' };
    post({ kind: 'refused', code, message: errorMessage(error), hint });
  }
}
