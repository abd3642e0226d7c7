import type { VerdictRole } from '../../domain/verdicts.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

/**
 * Whether a verdict in this role on many images skips this one, because it was decided before. A vote skips what has
 * any decision that its annotator may see; a last word skips disagreements that have had theirs.
 */
export function isReviewed(index: ReviewIndex, row: number, role: VerdictRole): boolean {
  if (index.status[row] === 0) return false;
  return role !== 'adjudication' || index.disagreement[row] === 0;
}
