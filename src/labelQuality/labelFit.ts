import { z } from 'zod';

/** Of expectedJoint.ts. */
export const expectedJointSchema = z.object({
  expected: z.array(z.array(z.number())),
  variance: z.array(z.array(z.number())),
});

/** Whose predictions count: chosen by domain shift, the base model's only, or as in another domain. */
export const RELIANCES = ['auto', 'base', 'tuned'] as const;
export const relianceSchema = z.enum(RELIANCES);
export type Reliance = z.infer<typeof relianceSchema>;

/** How the base model and the model tuned to the dataset were weighed: adaptedDistributions.ts. */
const weighedSchema = z.object({
  /** How far the images are from the model's training images, 0 to 1; null if unknown: domainShift.ts. */
  outOfDomain: z.number().nullable(),
  /** Weights of the two in the log-linear pool, and the share of labels that only repeat the base model's predictions, in images of another domain: means over the explanations of the labels. Null where they were not asked for. */
  weights: z.object({ base: z.number(), tuned: z.number(), repeated: z.number().default(0) }).nullable(),
  /** The model that the user chose to rely on. */
  chosen: relianceSchema.default('auto'),
});

/** Projects of earlier versions name the first `foreignness`. */
export const adaptationSchema = z.preprocess((stored) => {
  if (typeof stored !== 'object' || stored === null || !('foreignness' in stored)) return stored;
  const { foreignness: outOfDomain, ...others } = stored;
  return { outOfDomain, ...others };
}, weighedSchema);
export type Adaptation = z.infer<typeof adaptationSchema>;

/** What was learned from a dataset's own labels, as stored in the project. */
export const labelFitSchema = z.object({
  /** Distinguishes a fit of these labels and this model from an older one. */
  signature: z.string(),
  fittedAt: z.string(),
  /** When a fit last changed the queue of what nobody has reviewed; null from an older version. */
  queueChangedAt: z.string().nullable().default(null),
  images: z.number(),
  /** First estimate of the share of wrong labels. */
  errorRate: z.number(),
  /** [given][true] P(given | true), damped. */
  rates: z.array(z.array(z.number())),
  /** Weight of the tuned model, by class: 0 none, 1 only the tuned model. */
  tunedShare: z.array(z.number()),
  /** Shares of the labels that the model and the (cross-validated) tuned model predict. */
  agreement: z.object({ model: z.number().nullable(), tuned: z.number().nullable() }),
  /** [L] the model's classes that each class maps to; guessed if no name says so. */
  classMap: z.array(z.array(z.number())),
  /**
   * Distance of the images to the model's anchors relative to usual images; null if unknown: see
   * embeddingDistance.ts.
   */
  embeddingDistance: z.number().nullable().default(null),
  /** [given][true] labels as confident learning counts them; rows add up to the given labels. */
  confidentJoint: z.array(z.array(z.number())).default([]),
  /** [given][true] labels by the probabilities of each image's true class; null from an older version. */
  joint: expectedJointSchema.nullable().default(null),
  adaptation: adaptationSchema.default({ outOfDomain: null, weights: null, chosen: 'auto' }),
  /** Number of reviewed images when it was learned. */
  decisions: z.int().default(0),
  /** What a fold kept together besides duplicates, and by which column of the dataset. */
  groupedBy: z
    .object({ by: z.enum(['subject', 'video']), column: z.string() })
    .nullable()
    .default(null),
});
export type LabelFit = z.infer<typeof labelFitSchema>;
