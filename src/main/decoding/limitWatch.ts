import { writeSync } from 'node:fs';
import { Worker, workerData } from 'node:worker_threads';
import { type DecoderLimits, limitLine, type PassedLimit } from './limits.ts';

/**
 * Ends this process when it exceeds a limit. It runs in a thread of its own, because a decoder that never
 * ends never yields its thread, and it ends the whole process, because a native decoder cannot be stopped in
 * any other way.
 */
const SLOTS = 32;
const STDERR = 2;
const LOOK_EVERY_MS = 40;
/** Room for the time at which a job must be over, and which limit that is. */
const NUMBERS_A_SLOT = 2;
const LIMITS = ['reading', 'time'] as const;

interface Watched {
  memoryBytes: number;
  slots: SharedArrayBuffer;
}

/** Milliseconds of a clock that all threads of a process share. */
function now(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** How long one job may still take. */
export interface JobWatch {
  reading(): void;
  decoding(pixels: number): void;
  /** It waits for its turn. */
  rest(): void;
  over(): void;
}

/**
 * @param entry the program of this process; it calls watchLimits in a worker thread
 * @returns begins to watch a job
 */
export function startLimitWatch(entry: string, limits: DecoderLimits): () => JobWatch {
  const slots = new SharedArrayBuffer(SLOTS * NUMBERS_A_SLOT * Float64Array.BYTES_PER_ELEMENT);
  const numbers = new Float64Array(slots);
  const free = Array.from({ length: SLOTS }, (_, slot) => slot);
  const watched: Watched = { memoryBytes: limits.memoryBytes, slots };
  const thread = new Worker(entry, { workerData: watched });
  thread.unref();
  return () => {
    const slot = free.pop();
    if (slot === undefined) throw new Error('more jobs at once than are watched');
    const at = slot * NUMBERS_A_SLOT;
    const set = (limit: (typeof LIMITS)[number], milliseconds: number) => {
      numbers[at + 1] = LIMITS.indexOf(limit);
      numbers[at] = now() + milliseconds;
    };
    return {
      reading: () => set('reading', limits.readingMs),
      decoding: (pixels) => set('time', limits.decodingMs + (limits.decodingMsPerMegapixel * pixels) / 1e6),
      rest: () => {
        numbers[at] = 0;
      },
      over: () => {
        numbers[at] = 0;
        free.push(slot);
      },
    };
  };
}

/** The life of the watching thread. */
export function watchLimits(): void {
  const { memoryBytes, slots } = workerData as Watched;
  const numbers = new Float64Array(slots);
  setInterval(() => {
    if (process.memoryUsage.rss() > memoryBytes) endProcess('memory');
    const time = now();
    for (let at = 0; at < numbers.length; at += NUMBERS_A_SLOT) {
      const until = numbers[at] as number;
      if (until !== 0 && time > until) endProcess(LIMITS[numbers[at + 1] as number] as PassedLimit);
    }
  }, LOOK_EVERY_MS);
}

function endProcess(limit: PassedLimit): void {
  writeSync(STDERR, limitLine(limit));
  process.kill(process.pid, 'SIGKILL');
}
