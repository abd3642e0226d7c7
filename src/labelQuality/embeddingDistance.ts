import { type WrongLabelWeights, wrongLabelWeights } from './wrongLabel.ts';

interface Calibration {
  exponents: Pick<WrongLabelWeights['exponents'], 'distance'>;
}

/** An image may coincide with an anchor. */
const LEAST_DISTANCE = 1e-6;

/**
 * Distance of a dataset's images to the model's anchors, relative to the images that its calibration was
 * learned on: the ratio of geometric means, less a standard error, so that a few images do not look far by
 * chance.
 * @param distances [N] of each image to the nearest anchor (Eq. 12); those of a broken model (NaN) do not
 *   count
 * @returns null for fewer than two images
 */
export function embeddingDistanceOf(
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
 * How far to trust the model on a dataset: the inverse temperature of its calibrated predictions. It
 * predicts images far from its anchors worse than it believes. One image alone does not show by how much, the
 * mean of a dataset does; most of the difference occurs at small distances (bench/flags/README.md).
 * @param embeddingDistance of embeddingDistanceOf; null if unknown
 * @returns in (0, 1]; 1 if the images are no farther than usual
 */
export function inverseTemperatureAt(
  embeddingDistance: number | null,
  { exponents }: Calibration = wrongLabelWeights,
): number {
  const farther = Math.log(Math.max(1, embeddingDistance ?? 1));
  return Math.exp(-exponents.distance.slope * Math.sqrt(farther));
}

/** Above it, users get a note. */
const NOTED_FROM = 1.05;

/** The note for users about images far from the anchors; null if they are not. */
export function describeEmbeddingDistance(embeddingDistance: number | null): string | null {
  if (embeddingDistance === null || embeddingDistance < NOTED_FROM) return null;
  return (
    `These faces differ from those the model was trained on (embedding distance ${embeddingDistance.toFixed(2)} x the usual), ` +
    'so its predictions count less.'
  );
}
