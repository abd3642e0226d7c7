import { availableParallelism } from 'node:os';
import { parentPort, Worker } from 'node:worker_threads';
import { z } from 'zod';
import { imageRegionSchema } from '../../shared/imageSource.ts';
import { frameImage, type PreparedFrame } from './faces/frameImage.ts';
import { type PreparedImage, prepareImage } from './prepare.ts';
import type { EngineItem } from './types.ts';

/**
 * Threads that read, decode and resize images while the model blocks the main one. ONNX Runtime is never
 * imported in them.
 */
const callSchema = z.object({
  key: z.int(),
  item: z.object({ id: z.int(), path: z.string(), region: imageRegionSchema.nullish() }),
  /** Side of the model's input; null for the frame of the face detector. */
  inputSize: z.int().nullable(),
});
type DecodeCall = z.infer<typeof callSchema>;
type DecodeReply = { key: number; prepared: PreparedImage | PreparedFrame };

/** What images are decoded for. */
export interface Decoders {
  /** In the order of `items`. */
  prepareImages(items: EngineItem[], inputSize: number): Promise<PreparedImage[]>;
  frameImages(items: EngineItem[]): Promise<PreparedFrame[]>;
}

const MOST_THREADS = 4;
/** Images that one thread has under way, so that large ones cannot fill the memory. */
const IMAGES_UNDER_WAY = 4;

/** The life of a decoding thread. */
export function serveDecoder(): void {
  const port = parentPort;
  if (!port) throw new Error('a decoder runs in a worker thread');
  const waiting: DecodeCall[] = [];
  let underWay = 0;

  async function work(): Promise<void> {
    underWay++;
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      const prepared = await prepare(call);
      // A view of a pool that others use (Buffer) must not be given away.
      const pixels = pixelsOf(prepared);
      const owned = pixels !== null && pixels.byteLength === pixels.buffer.byteLength;
      port?.postMessage(
        { key: call.key, prepared } satisfies DecodeReply,
        owned ? [pixels.buffer as ArrayBuffer] : [],
      );
    }
    underWay--;
  }

  port.on('message', (message: unknown) => {
    waiting.push(callSchema.parse(message));
    if (underWay < IMAGES_UNDER_WAY) void work();
  });
}

function prepare({ item, inputSize }: DecodeCall): Promise<PreparedImage | PreparedFrame> {
  return inputSize === null ? frameImage(item) : prepareImage(item, inputSize);
}

function pixelsOf(prepared: PreparedImage | PreparedFrame): Uint8Array | null {
  if (!prepared.ok) return null;
  return 'frame' in prepared ? prepared.frame.rgb : prepared.input;
}

interface DecoderThread {
  worker: Worker;
  /** By key of the call. */
  pending: Map<number, (prepared: DecodeReply['prepared']) => void>;
}

/** A thread that fails takes the process with it: the core then finds the image that did it. */
function startThread(entry: string): DecoderThread {
  const thread: DecoderThread = { worker: new Worker(entry), pending: new Map() };
  thread.worker.on('message', ({ key, prepared }: DecodeReply) => {
    thread.pending.get(key)?.(prepared);
    thread.pending.delete(key);
  });
  thread.worker.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  return thread;
}

/**
 * Starts the decoding threads.
 *
 * @param entry the program of this process; it calls serveDecoder in a worker thread
 */
export function startDecoders(entry: string): Decoders {
  const count = Math.min(MOST_THREADS, Math.max(1, availableParallelism() - 1));
  const threads = Array.from({ length: count }, () => startThread(entry));
  let lastKey = 0;

  function send(item: EngineItem, inputSize: number | null): Promise<DecodeReply['prepared']> {
    const thread = threads.reduce((a, b) => (b.pending.size < a.pending.size ? b : a));
    const key = ++lastKey;
    return new Promise((resolve) => {
      thread.pending.set(key, resolve);
      thread.worker.postMessage({ key, item, inputSize } satisfies DecodeCall);
    });
  }
  const sendAll = (items: EngineItem[], inputSize: number | null) =>
    Promise.all(items.map((item) => send(item, inputSize)));
  return {
    prepareImages: (items, inputSize) => sendAll(items, inputSize) as Promise<PreparedImage[]>,
    frameImages: (items) => sendAll(items, null) as Promise<PreparedFrame[]>,
  };
}
