import { z } from 'zod';

/** Said beside the default score where another model read the images than it was calibrated with. */
export const OTHER_MODEL_NOTE = 'Calibrated with another model, so trust the order more than the number.';

/** A label is flagged from this default score on, unless told otherwise: it is then more likely wrong than right. */
export const FLAGGED_AT = 0.5;
export const flaggedAtSchema = z.number().min(0.01).max(0.99);

/**
 * The label to change a given one to, where flags begin at another score than one half: the likeliest other label
 * of a flagged image, the given one of every other image.
 * @param wrong the default score; NaN or null where the label cannot be judged
 */
export function suggestionAt(
  flaggedAt: number,
  wrong: number | null,
  labels: { given: number | null; alternative: number | null; suggested: number | null },
): number | null {
  if (wrong === null || Number.isNaN(wrong)) return labels.suggested;
  return wrong >= flaggedAt ? (labels.alternative ?? labels.suggested) : labels.given;
}
