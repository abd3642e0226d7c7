import { isMainThread } from 'node:worker_threads';
import { watchLimits } from './limitWatch.ts';

/**
 * The program of a decoding process, and of the thread that ends it when it passes a limit: one file, so that a built
 * application has one entry. Started by decoderChild.ts.
 */
if (isMainThread) (await import('./serveDecoder.ts')).serveDecoder(process.argv[1] as string);
else watchLimits();
