import { z } from 'zod';
import type { NoisyEvidence } from './noiseModel.ts';
import weightsFile from './wrongLabel.weights.json' with { type: 'json' };

/**
 * GReFEL Relabel's own score: the calibrated probability that a given label is wrong.
 *
 * A logistic function of three facts, each of which can only raise it. Their weights were learnt on FER2013's
 * images of role `dev`, on real errors and on injected ones, by bench/flags/learn.ts, which also says how.
 */
export interface WrongLabelFacts {
  /** Odds against the label, by the image with the data set's noise taken into account and by the image alone. */
  evidence: NoisyEvidence;
  /** ln of the odds that a label of this data set is wrong at all. */
  priorLogit: number;
  /** How much of the evidence is the fitted head's, 0 to 1. */
  headShare: number;
}

const logisticSchema = z.object({
  intercept: z.number(),
  against: z.number().min(0),
  byImage: z.number().min(0),
  prior: z.number().min(0),
});

const weightsSchema = z.object({
  /** Powers that make a model as sure as it is right: see calibratedReading.ts. */
  exponents: z.object({
    /** Name and version of the model that the two powers were learnt from. */
    learntFrom: z.string(),
    corrected: z.number().min(0),
    attentive: z.number().min(0),
    /** Of the corrected distribution, for any other model. */
    alone: z.number().positive(),
    /** Of what a head says that was fitted to the labels. */
    head: z.number().positive(),
    /** Distance to the nearest anchor where the powers hold, and how much less sure farther images may be. */
    distance: z.object({ usual: z.number().positive(), slope: z.number().min(0) }),
  }),
  /** For what the model says, and for what a head says that was fitted to the labels alone. */
  model: logisticSchema,
  head: logisticSchema,
  provenance: z.record(z.string(), z.unknown()),
});
export type WrongLabelWeights = z.infer<typeof weightsSchema>;

export const wrongLabelWeights: WrongLabelWeights = weightsSchema.parse(weightsFile);

/** Probability that the label is wrong, in [0, 1]. */
export function wrongLabelProbability(facts: WrongLabelFacts, weights = wrongLabelWeights): number {
  const { evidence, priorLogit, headShare } = facts;
  const logitBy = ({ intercept, against, byImage, prior }: WrongLabelWeights['model']) =>
    intercept + against * evidence.against + byImage * evidence.byImage + prior * priorLogit;
  const logit = (1 - headShare) * logitBy(weights.model) + headShare * logitBy(weights.head);
  return 1 / (1 + Math.exp(-logit));
}

export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}
