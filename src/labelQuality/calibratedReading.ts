import type { ModelMetadata } from '../domain/model.ts';
import type { NoisyLabels } from './learnNoise.ts';
import { likeliestPower, raiseRows } from './likeliestPower.ts';
import { type WrongLabelWeights, wrongLabelWeights } from './wrongLabel.ts';

/** What calibration reads of an image. C = the model's classes. */
export interface RawReading {
  /** [C] L_final, Eq. 19. */
  corrected: ArrayLike<number>;
  /** [C] t_a, Eq. 16 and 17; null where an older version has read the image. */
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

/** Least probability that a class keeps, so that none is impossible. */
const FLOOR = 1e-4;

/**
 * The probability of each true class, as sure as the model is right: a product of the two distributions, each to
 * a power under which the true classes of role `dev` were likeliest (bench/flags/learn.ts). Another model than
 * the one that it was learnt from may have no use of attention: there it is the corrected one alone. [C] -> [C]
 */
export function calibrateReading(
  { corrected, attentive }: RawReading,
  model: NamedModel,
  { exponents }: { exponents: Omit<Exponents, 'head' | 'distance'> } = wrongLabelWeights,
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
 * The same for what a cross-validated head says, which is mostly surer than it is right: its rows to the power under
 * which this data set's labels are likeliest. Where labels are wrong in a way that the head repeats, or where it should
 * have repeated it, the labels make it out to be less sure than it may be: the power is never less than the one under
 * which the probabilities of wrong labels were likeliest on role `dev`. [N*L] -> [N*L]
 */
export function calibrateHead(
  rows: Float32Array,
  labels: ArrayLike<number>,
  classes: number,
  { exponents }: { exponents: Pick<Exponents, 'head'> } = wrongLabelWeights,
): Float32Array {
  return raiseRows(
    rows,
    classes,
    Math.max(exponents.head, likeliestPower({ distributions: rows, labels, classes })),
  );
}

/**
 * How sure another model may be, by the labels: the power under which they are likeliest. Regular mistakes in the labels
 * make a model out to be less sure than it is, so that it is believed by half, on a scale of powers, when it says so.
 */
export function powerOfOtherModel(data: NoisyLabels): number {
  const power = likeliestPower(data);
  return power < 1 ? Math.sqrt(power) : power;
}
