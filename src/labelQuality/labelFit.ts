import { z } from 'zod';

/** Of expectedJoint.ts. */
export const expectedJointSchema = z.object({
  expected: z.array(z.array(z.number())),
  variance: z.array(z.array(z.number())),
});

/** Whose predictions count: by how far the images lie from the model's domain, the base model's alone, or as in another domain. */
export const RELIANCES = ['auto', 'base', 'tuned'] as const;
export const relianceSchema = z.enum(RELIANCES);
export type Reliance = z.infer<typeof relianceSchema>;

/** How the base model and the model tuned to the dataset were weighed: adaptedDistributions.ts. */
export const adaptationSchema = z.object({
  /** How far the images are from those that the model was trained on, 0 to 1; null where nothing tells: domainShift.ts. */
  foreignness: z.number().nullable(),
  /** Powers of the two, and the share of labels that only repeat the base model's predictions, in images of another domain; null where they were not asked for. */
  weights: z.object({ base: z.number(), tuned: z.number(), repeated: z.number().default(0) }).nullable(),
  /** Whom the user chose to rely on. */
  chosen: relianceSchema.default('auto'),
});
export type Adaptation = z.infer<typeof adaptationSchema>;

/** What was learnt from a data set's own labels, as it is kept in the project. */
export const labelFitSchema = z.object({
  /** Tells a fit of these labels and this model from an older one. */
  signature: z.string(),
  fittedAt: z.string(),
  images: z.number(),
  /** First estimate of the share of wrong labels. */
  errorRate: z.number(),
  /** [given][true] P(given | true), damped. */
  rates: z.array(z.array(z.number())),
  /** How far the fitted head was followed, by class: 0 not at all, 1 it alone. */
  headShare: z.array(z.number()),
  /** Labels that the model and the head (cross-validated) foresee. */
  agreement: z.object({ model: z.number().nullable(), head: z.number().nullable() }),
  /** [L] the model's classes that each class stands for; guessed where no name said so. */
  classMap: z.array(z.array(z.number())),
  /** How many times as far as usual the images lie from the model's anchors; null where nothing tells: remoteness.ts. */
  remoteness: z.number().nullable().default(null),
  /** [given][true] labels as confident learning counts them; rows add up to the given labels. */
  confidentJoint: z.array(z.array(z.number())).default([]),
  /** [given][true] labels by the probabilities of each image's true class; null from an older version. */
  joint: expectedJointSchema.nullable().default(null),
  adaptation: adaptationSchema.default({ foreignness: null, weights: null, chosen: 'auto' }),
  /** Images that a person had decided on when it was learnt. */
  decisions: z.int().default(0),
  /** What else than copies a fold kept together, and by which column of the source. */
  groupedBy: z
    .object({ by: z.enum(['subject', 'video']), column: z.string() })
    .nullable()
    .default(null),
});
export type LabelFit = z.infer<typeof labelFitSchema>;
