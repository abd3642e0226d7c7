import { z } from 'zod';
import { detectedFaceSchema } from '../../shared/faces.ts';
import { datasetPlaceSchema, imageRegionSchema } from '../../shared/imageSource.ts';
import { IMAGE_VIEWS, PROVIDERS, providerChoiceSchema } from '../../shared/model.ts';
import { fitRequestSchema } from './fit/messages.ts';

/** What the core and the engine process say to each other; each side parses what it receives. */
const itemSchema = z.object({
  id: z.int(),
  path: z.string().min(1),
  region: imageRegionSchema.nullish(),
  place: datasetPlaceSchema.nullish(),
});

export const requestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    modelPath: z.string().min(1),
    /** What runs where the provider is the CPU. */
    cpuModelPath: z.string().min(1),
    provider: providerChoiceSchema,
    views: z.enum(IMAGE_VIEWS),
    withFeatures: z.boolean(),
    /** Threads of one model run; null leaves it to ONNX Runtime, which takes one per physical core. */
    threads: z.int().min(1).nullable(),
  }),
  z.object({
    kind: z.literal('start-faces'),
    detectorPath: z.string().min(1),
    threads: z.int().min(1).nullable(),
  }),
  fitRequestSchema,
  z.object({ kind: z.literal('infer'), key: z.int(), items: z.array(itemSchema) }),
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
const fileSchema = z.object({ sizeBytes: z.number(), mtimeMs: z.number(), contentSha256: z.string() });
const imageSchema = z.object({
  width: z.number(),
  height: z.number(),
  format: z.string(),
  pixelsSha256: z.string(),
  perceptualHash: z.string(),
  brightness: z.number(),
  sharpness: z.number(),
});
const resultSchema = z.discriminatedUnion('ok', [
  z.object({
    id: z.int(),
    file: fileSchema.nullable(),
    ok: z.literal(true),
    image: imageSchema,
    outputs: outputsSchema,
  }),
  z.object({ id: z.int(), file: fileSchema.nullable(), ok: z.literal(false), problem: z.string() }),
]);

const searchedSchema = z.object({ sizeBytes: z.number(), mtimeMs: z.number() }).nullable();
const faceSearchSchema = z.discriminatedUnion('ok', [
  z.object({
    id: z.int(),
    file: searchedSchema,
    ok: z.literal(true),
    faces: z.array(detectedFaceSchema),
    width: z.number(),
    height: z.number(),
  }),
  z.object({ id: z.int(), file: searchedSchema, ok: z.literal(false), problem: z.string() }),
]);

export const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), used: z.enum(PROVIDERS), fallbacks: z.array(z.string()) }),
  /** The model cannot be run at all; `code` is one of AppError's. */
  z.object({
    kind: z.literal('refused'),
    code: z.enum(['provider-missing', 'model-missing', 'model-invalid', 'engine-failed']),
    message: z.string(),
    hint: z.string(),
  }),
  z.object({ kind: z.literal('results'), key: z.int(), results: z.array(resultSchema) }),
  z.object({ kind: z.literal('faces'), key: z.int(), results: z.array(faceSearchSchema) }),
]);
export type EngineReply = z.infer<typeof replySchema>;
