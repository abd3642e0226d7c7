import { z } from 'zod';
import { IMAGE_VIEWS, PROVIDERS, providerChoiceSchema } from '../../domain/model.ts';
import { fitRequestSchema } from './fit/messages.ts';

/** Messages between the core and the engine process; each side parses what it receives. */
const bytesSchema = z.instanceof(Uint8Array<ArrayBufferLike>);
const frameSchema = z.object({
  rgb: bytesSchema,
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
});

export const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    modelPath: z.string().min(1),
    /** The file that runs on the CPU provider. */
    cpuModelPath: z.string().min(1),
    provider: providerChoiceSchema,
    withFeatures: z.boolean(),
    /** Cores that the model runs on; null for all. */
    threads: z.int().min(1).nullable(),
  }),
  z.object({
    kind: z.literal('start-faces'),
    detectorPath: z.string().min(1),
    threads: z.int().min(1).nullable(),
  }),
  fitRequestSchema,
  /** Decoded inputs for the model or the face detector: [S, S, 3] RGB bytes each, or a frame. */
  z.object({
    kind: z.literal('infer'),
    key: z.int(),
    inputs: z.array(bytesSchema),
    views: z.enum(IMAGE_VIEWS),
  }),
  z.object({ kind: z.literal('find-faces'), key: z.int(), frames: z.array(frameSchema) }),
]);
export type EngineRequest = z.infer<typeof requestSchema>;

const floatsSchema = z.instanceof(Float32Array<ArrayBufferLike>);
const outputsSchema = z.object({
  primary: floatsSchema,
  geometric: floatsSchema,
  attentive: floatsSchema,
  corrected: floatsSchema,
  confidencePrimary: z.number(),
  confidenceCorrected: z.number(),
  anchorDistance: floatsSchema,
  embedding: floatsSchema,
  features: floatsSchema.nullable(),
  faceQuality: z.number().nullable(),
});
/** The result for one input, or its problem. */
const outcomeSchema = z.union([outputsSchema, z.string()]);
const detectionSchema = z.object({
  left: z.number(),
  top: z.number(),
  right: z.number(),
  bottom: z.number(),
  score: z.number(),
});
const detectionsSchema = z.union([z.array(detectionSchema), z.string()]);

export const replySchema = z.discriminatedUnion('kind', [
  /** `trialMs`: how long one input took when the model was tried on a blank one. */
  z.object({
    kind: z.literal('ready'),
    used: z.enum(PROVIDERS),
    fallbacks: z.array(z.string()),
    trialMs: z.number(),
  }),
  /** The model is in memory, and is about to be tried on a blank image. */
  z.object({ kind: z.literal('trying'), provider: z.enum(PROVIDERS) }),
  /** The model cannot be run at all; `code` is one of AppError's. */
  z.object({
    kind: z.literal('refused'),
    code: z.enum(['provider-missing', 'model-missing', 'model-invalid', 'engine-failed']),
    message: z.string(),
    hint: z.string(),
  }),
  z.object({ kind: z.literal('results'), key: z.int(), results: z.array(outcomeSchema) }),
  z.object({ kind: z.literal('faces'), key: z.int(), results: z.array(detectionsSchema) }),
]);
export type EngineReply = z.infer<typeof replySchema>;
