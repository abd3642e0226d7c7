import { z } from 'zod';

/** A note next to the default score if another model made the predictions than the one it was calibrated with. */
export const OTHER_MODEL_NOTE = 'Calibrated with another model, so trust the order more than the number.';

/** Default threshold: from this default score on a label is flagged, because it is then more likely wrong than right. */
export const FLAGGED_AT = 0.5;
export const flaggedAtSchema = z.number().min(0.01).max(0.99);

/**
 * The label to change a given one to if the threshold is not one half: the most likely other label of a
 * flagged image, the given one of every other image.
 * @param wrong the default score; NaN or null if it cannot be computed
 */
export function suggestionAt(
  flaggedAt: number,
  wrong: number | null,
  labels: { given: number | null; alternative: number | null; suggested: number | null },
): number | null {
  if (wrong === null || Number.isNaN(wrong)) return labels.suggested;
  return wrong >= flaggedAt ? (labels.alternative ?? labels.suggested) : labels.given;
}
