import type { ModelMetadata } from '../domain/model.ts';
import type { NoisyLabels } from './learnNoise.ts';
import { fitInverseTemperature, temperRows } from './temperatureScaling.ts';
import { type WrongLabelWeights, wrongLabelWeights } from './wrongLabel.ts';

/** The inputs of calibration for an image. C = the model's classes. */
export interface RawPrediction {
  /** [C] L_final, Eq. 19. */
  corrected: ArrayLike<number>;
  /** [C] t_a, Eq. 16 and 17; null if an older version predicted the image. */
  attentive: ArrayLike<number> | null;
}

type Exponents = WrongLabelWeights['exponents'];

type NamedModel = Pick<ModelMetadata, 'name' | 'version'>;

/** Were the probabilities of wrong labels made for this very model? */
export function isCalibratedFor(
  { name, version }: NamedModel,
  { exponents }: { exponents: Pick<Exponents, 'learntFrom'> } = wrongLabelWeights,
): boolean {
  return exponents.learntFrom === `${name} ${version}`;
}

/** Smallest probability of a class, so that none is impossible. */
const FLOOR = 1e-4;

/**
 * The calibrated probability of each true class: a product of the two distributions, each with the exponent
 * under which the true classes of role `dev` were most likely (bench/flags/learn.ts). For another model than
 * the one these exponents were learned from, attention may be useless: there it is the corrected distribution
 * alone. [C] -> [C]
 */
export function calibratePrediction(
  { corrected, attentive }: RawPrediction,
  model: NamedModel,
  { exponents }: { exponents: Omit<Exponents, 'tuned' | 'distance'> } = wrongLabelWeights,
): Float64Array {
  const both = attentive !== null && isCalibratedFor(model, { exponents });
  const raised = Float64Array.from(corrected, (share, c) =>
    both
      ? (share + FLOOR) ** exponents.corrected * ((attentive[c] as number) + FLOOR) ** exponents.attentive
      : (share + FLOOR) ** exponents.alone,
  );
  const total = raised.reduce((sum, share) => sum + share, 0);
  return raised.map((share) => share / total);
}

/**
 * The same for a cross-validated tuned model, which is mostly overconfident: its rows at the temperature under
 * which this dataset's labels are most likely. Where labels are wrong in a way that the tuned model repeats, or
 * should have repeated, the labels make it look less reliable than it is: the inverse temperature is never
 * smaller than the one under which the probabilities of wrong labels were most likely on role `dev`. [N*L] -> [N*L]
 */
export function calibrateTuned(
  rows: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  { exponents }: { exponents: Pick<Exponents, 'tuned'> } = wrongLabelWeights,
): Float32Array {
  return temperRows(
    rows,
    classes,
    Math.max(exponents.tuned, fitInverseTemperature({ distributions: rows, labels, classes })),
  );
}

/**
 * How confident another model may be, according to the labels: the inverse temperature under which they are
 * most likely. Regular mistakes in the labels make a model look less reliable than it is, so one below 1 is followed
 * only half way, on a logarithmic scale.
 */
export function inverseTemperatureOfOtherModel(data: NoisyLabels): number {
  const inverseTemperature = fitInverseTemperature(data);
  return inverseTemperature < 1 ? Math.sqrt(inverseTemperature) : inverseTemperature;
}
