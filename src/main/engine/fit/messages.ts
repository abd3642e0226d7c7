import { z } from 'zod';
import { adaptationSchema, expectedJointSchema, relianceSchema } from '../../../labelQuality/labelFit.ts';
import { scoresFrom } from '../../../labelQuality/scores/index.ts';

/** Messages between the core and the fitting process; each side parses what it receives. */
const floats = z.instanceof(Float32Array<ArrayBufferLike>);
const integers = z.instanceof(Int32Array<ArrayBufferLike>);
const labels = z.instanceof(Int16Array<ArrayBufferLike>);

export const fitRequestSchema = z.object({
  kind: z.literal('fit'),
  /** Little-endian half floats, [N, D]; in a file because they are most of a fit's input. */
  embeddingsPath: z.string().min(1),
  embeddingSize: z.int().min(0),
  labels,
  classes: z.int().min(0),
  model: floats,
  calibrated: floats,
  inverseTemperature: z.number().positive().max(1).nullable(),
  modelClasses: z.int().min(1),
  classMap: z.array(z.array(z.int())),
  groups: integers,
  subjects: integers,
  photographs: integers,
  withTunedModel: z.boolean(),
  reliance: relianceSchema,
  decided: labels,
  features: z
    .object({
      /**
       * The file beside the project, and the run that its rows must belong to (features/featureReader.ts).
       */
      path: z.string().min(1),
      predictedBy: z.string(),
      modelSize: z.int().min(1),
      /** [N] by which rows are found */
      sampleIds: integers,
      statistics: z.object({ mean: floats, deviation: floats }).nullable(),
    })
    .nullable(),
  /** Where steps are kept that need not be done twice; null for nowhere. */
  checkpointFolder: z.string().min(1).nullable(),
  threads: z.int().min(1).nullable(),
});
export type FitRequest = z.infer<typeof fitRequestSchema>;

const tunedModelSchema = z.object({
  primary: floats,
  corrected: floats,
  anchors: integers,
  distances: floats,
  similarities: floats,
});
const pooledSchema = z.object({
  distributions: floats,
  tunedShare: z.array(z.number()),
  agreement: z.object({ model: z.number().nullable(), tuned: z.number().nullable() }),
  classMap: z.array(z.array(z.int())),
});
const rankedSchema = z.object({
  wrong: floats,
  suggested: labels,
  alternative: labels,
  alternativeProbability: floats,
  truth: floats,
  rates: z.array(z.array(z.number())),
  errorRate: z.number(),
  joint: expectedJointSchema,
});
const neighboursSchema = z.object({
  nearest: integers,
  similarity: floats,
  sameLabel: floats,
  otherLabel: floats,
});

export const fitReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), share: z.number() }),
  z.object({ kind: z.literal('failed'), message: z.string() }),
  z.object({
    kind: z.literal('fitted'),
    fitted: z.object({
      tuned: tunedModelSchema.nullable(),
      pooled: pooledSchema,
      ranked: rankedSchema,
      confidentJoint: z.array(z.array(z.number())),
      neighbours: neighboursSchema,
      adaptation: adaptationSchema,
      duplicates: integers,
      adjusted: z.map(z.enum(scoresFrom('adjusted distribution').map(({ id }) => id)), floats),
    }),
  }),
]);
export type FitReply = z.infer<typeof fitReplySchema>;
