import type { DecoderRequest } from './messages.ts';

export type DecoderLimits = Extract<DecoderRequest, { kind: 'start' }>['limits'];

/** Why a decoding process ended itself, and the resulting problem of the picture that was alone in it. */
export const LIMIT_PROBLEMS = {
  reading: 'it took too long to read the file',
  time: 'it took too long to decode',
  memory: 'it takes too much memory to decode',
} as const;
export type PassedLimit = keyof typeof LIMIT_PROBLEMS;

const GIBIBYTE = 2 ** 30;

/**
 * A picture of a few megapixels takes milliseconds. Before one is read, a drive may have to spin up, and a
 * group of a Parquet file to be unpacked.
 */
const TIMES = { readingMs: 60_000, decodingMs: 3000, decodingMsPerMegapixel: 300 };

/** Of a process that decodes several pictures at once: ten bytes a pixel, two groups of a Parquet file, and Node itself. */
export const SHARED_LIMITS: DecoderLimits = { ...TIMES, memoryBytes: 1.25 * GIBIBYTE, pixels: 48e6 };

/** Of the one process that decodes a single picture at a time: enough for 100 megapixels of 16 bits. */
export const ALONE_LIMITS: DecoderLimits = {
  ...TIMES,
  memoryBytes: 2.5 * GIBIBYTE,
  pixels: Number.MAX_SAFE_INTEGER,
};

const MARK = 'decoder limit passed: ';

/** The line that a process writes to stderr before it ends itself. */
export function limitLine(limit: PassedLimit): string {
  return `${MARK}${limit}\n`;
}

/** The limit that a process passed, by the end of its stderr; null where it died of something else. */
export function passedLimit(stderr: string): PassedLimit | null {
  const name = stderr.split(MARK).at(-1)?.trim() ?? '';
  return stderr.includes(MARK) && name in LIMIT_PROBLEMS ? (name as PassedLimit) : null;
}
