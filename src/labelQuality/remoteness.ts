import { type WrongLabelWeights, wrongLabelWeights } from './wrongLabel.ts';

interface Calibration {
  exponents: Pick<WrongLabelWeights['exponents'], 'distance'>;
}

/** An image may lie on an anchor. */
const LEAST_DISTANCE = 1e-6;

/**
 * How many times as far a dataset's images lie from the model's anchors as those that its calibration was learnt on: their
 * geometric mean, less a standard error, so that a few images do not look far by chance.
 * @param distances [N] of each image to the nearest anchor (Eq. 12); those of a broken model (NaN) do not count
 * @returns null for fewer than two images
 */
export function remotenessOf(
  distances: ArrayLike<number>,
  { exponents }: Calibration = wrongLabelWeights,
): number | null {
  const logs = Array.from(distances, (distance) => Math.log(Math.max(LEAST_DISTANCE, distance))).filter(
    Number.isFinite,
  );
  if (logs.length < 2) return null;
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0);
  const error = Math.sqrt(squares / (logs.length - 1) / logs.length);
  return Math.exp(mean - error) / exponents.distance.usual;
}

/**
 * How sure the model may be of a dataset: the power that its calibrated readings are raised to. It reads images that lie
 * far from its anchors worse than it thinks. One image alone does not tell by how much, the mean of a dataset does; a
 * little farther is most of the difference already (bench/flags/README.md).
 * @param remoteness of remotenessOf; null where it is not known
 * @returns in (0, 1]; 1 where the images lie no farther than usual
 */
export function surenessAt(
  remoteness: number | null,
  { exponents }: Calibration = wrongLabelWeights,
): number {
  const farther = Math.log(Math.max(1, remoteness ?? 1));
  return Math.exp(-exponents.distance.slope * Math.sqrt(farther));
}

/** Farther than that, users are told. */
const TOLD_FROM = 1.05;

/** What users are told of images that lie far from the anchors; null where they do not. */
export function sayRemoteness(remoteness: number | null): string | null {
  if (remoteness === null || remoteness < TOLD_FROM) return null;
  return (
    `These faces differ from those the model was trained on (embedding distance ${remoteness.toFixed(2)} x the usual), ` +
    'so its predictions count less.'
  );
}
