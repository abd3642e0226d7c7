import { isMainThread } from 'node:worker_threads';
import { serveDecoder, startDecoders } from './decoders.ts';
import { serveCore } from './serveCore.ts';

/**
 * The program of the engine process, and of its decoding threads: one file, so that a built application has
 * one entry. Started by engineChild.ts.
 */
if (isMainThread) serveCore(startDecoders(process.argv[1] as string));
else serveDecoder();
