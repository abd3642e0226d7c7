import { z } from 'zod';
import { jobSchema } from './jobs.ts';

/** Messages between the core and a decoding process; each side parses what it receives. */
export const decoderRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    limits: z.object({
      /** Of the whole process, resident. */
      memoryBytes: z.number(),
      readingMs: z.number(),
      decodingMs: z.number(),
      decodingMsPerMegapixel: z.number(),
      /** Under way together; a picture of more is handed back undecoded. */
      pixels: z.number(),
    }),
  }),
  z.object({ kind: z.literal('job'), key: z.int(), job: jobSchema }),
]);
export type DecoderRequest = z.infer<typeof decoderRequestSchema>;

export const decoderReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** The answer for this kind of job: see jobs.ts. */
  z.object({ kind: z.literal('done'), key: z.int(), answer: z.unknown() }),
  z.object({ kind: z.literal('problem'), key: z.int(), problem: z.string() }),
  /** A picture of more pixels than may be under way here. */
  z.object({ kind: z.literal('large'), key: z.int() }),
]);
export type DecoderReply = z.infer<typeof decoderReplySchema>;
