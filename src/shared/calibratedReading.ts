import type { ModelMetadata } from './model.ts';
import { type WrongLabelWeights, wrongLabelWeights } from './wrongLabel.ts';

/** What calibration reads of an image. C = the model's classes. */
export interface RawReading {
  /** [C] L_final, Eq. 19. */
  corrected: ArrayLike<number>;
  /** [C] t_a, Eq. 16 and 17; null where an older version has read the image. */
  attentive: ArrayLike<number> | null;
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
  { name, version }: Pick<ModelMetadata, 'name' | 'version'>,
  { exponents }: Pick<WrongLabelWeights, 'exponents'> = wrongLabelWeights,
): Float64Array {
  const both = attentive !== null && exponents.learntFrom === `${name} ${version}`;
  const raised = Float64Array.from(corrected, (share, c) =>
    both
      ? (share + FLOOR) ** exponents.corrected * ((attentive[c] as number) + FLOOR) ** exponents.attentive
      : (share + FLOOR) ** exponents.alone,
  );
  const total = raised.reduce((sum, share) => sum + share, 0);
  return raised.map((share) => share / total);
}
