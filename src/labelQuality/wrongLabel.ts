import { z } from 'zod';
import { logistic } from './logit.ts';
import type { NoisyEvidence } from './noiseModel.ts';
import weightsFile from './wrongLabel.weights.json' with { type: 'json' };

/**
 * GReFEL Relabel's own score: the calibrated probability that a given label is wrong.
 *
 * A logistic function of three inputs, each of which can only raise it. Their weights were learned on
 * FER2013's images of role `dev`, on real errors and on injected ones, by bench/flags/learn.ts, which also
 * describes how.
 */
export interface WrongLabelFacts {
  /** Odds against the label, from the image and the dataset's noise, and from the image alone. */
  evidence: NoisyEvidence;
  /** ln of the odds that any label of this dataset is wrong. */
  priorLogit: number;
  /** Weight of the tuned model in the evidence, 0 to 1. */
  tunedShare: number;
}

const logisticSchema = z.object({
  intercept: z.number(),
  against: z.number().min(0),
  byImage: z.number().min(0),
  prior: z.number().min(0),
});

const weightsSchema = z.object({
  /** Inverse temperatures that calibrate a model: see calibratedPrediction.ts. */
  exponents: z.object({
    /** Name and version of the model that `corrected` and `attentive` were learned from. */
    learntFrom: z.string(),
    corrected: z.number().min(0),
    attentive: z.number().min(0),
    /** Of the corrected distribution, for any other model. */
    alone: z.number().positive(),
    /** For a model tuned to the labels. */
    tuned: z.number().positive(),
    /**
     * Distance to the nearest anchor at which they were learned, and how much less to trust farther
     * images.
     */
    distance: z.object({ usual: z.number().positive(), slope: z.number().min(0) }),
  }),
  /** For the model's predictions, and for those of a model tuned to the labels. */
  model: logisticSchema,
  tuned: logisticSchema,
  provenance: z.record(z.string(), z.unknown()),
});
export type WrongLabelWeights = z.infer<typeof weightsSchema>;

export const wrongLabelWeights: WrongLabelWeights = weightsSchema.parse(weightsFile);

/** Probability that the label is wrong, in [0, 1]. */
export function estimateWrongLabel(facts: WrongLabelFacts, weights = wrongLabelWeights): number {
  const { evidence, priorLogit, tunedShare } = facts;
  const logitBy = ({ intercept, against, byImage, prior }: WrongLabelWeights['model']) =>
    intercept + against * evidence.against + byImage * evidence.byImage + prior * priorLogit;
  const logit = (1 - tunedShare) * logitBy(weights.model) + tunedShare * logitBy(weights.tuned);
  return logistic(logit);
}
