import { isMainThread } from 'node:worker_threads';

/**
 * The program of the engine process, and of the threads in it that run the model: one file, so that a built application
 * has one entry. Started by engineChild.ts and modelThreads.ts.
 */
if (isMainThread) (await import('./serveCore.ts')).serveCore();
else await (await import('./serveModelThread.ts')).serveModelThread();
