import type { VerdictRole } from '../../domain/verdicts.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

/**
 * Whether a bulk decision in this role skips this image because it was decided before. A vote skips images
 * with any decision that its annotator may see; an adjudication skips disagreements that are resolved.
 */
export function isReviewedInRole(index: ReviewIndex, row: number, role: VerdictRole): boolean {
  if (index.status[row] === 0) return false;
  return role !== 'adjudication' || index.disagreement[row] === 0;
}
