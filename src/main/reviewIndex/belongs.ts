import { issueBits } from '../../labelQuality/issues/index.ts';
import type { Show } from '../../protocol/queue.ts';
import type { ReviewIndex } from './reviewIndex.ts';

/** Whether a row belongs to a selection. "Flagged" is by the default score, whatever sorts the queue. */
export function belongs(index: ReviewIndex, row: number, show: Show): boolean {
  switch (show) {
    case 'flagged':
      return index.isListed(row);
    case 'all':
      return true;
    case 'unreadable':
      return index.unreadable[row] === 1;
    case 'unlabelled':
      return index.given[row] === -1;
    case 'trained-on':
      return index.trainedOn[row] === 1;
    case 'audit':
      return index.auditPlace[row] !== -1;
    case 'selection':
      return index.selection[row] === 1;
    case 'disagreements':
      return index.disagreement[row] === 1;
    case 'share':
      return index.share[row] === 1;
    case 'round':
      return index.roundPlace[row] !== -1;
    case 'newly-flagged':
      return changeOf(index, row)?.flagged === 'gained';
    case 'no-longer-flagged':
      return changeOf(index, row)?.flagged === 'lost';
    case 'suggestion-changed':
      return changeOf(index, row)?.suggestion === true;
    default:
      return ((index.issues[row] as number) & issueBits([show])) !== 0;
  }
}

/** How a row differs from the run before. */
export interface RunChange {
  flagged: 'gained' | 'lost' | 'both' | 'neither';
  suggestion: boolean;
}

/** Differences from the previous run; null for an image that only one of the two has predicted. */
export function changeOf(index: ReviewIndex, row: number): RunChange | null {
  const { earlier } = index;
  if (earlier === null || earlier.known[row] !== 1 || index.read[row] !== 1) return null;
  const before = (earlier.wrongLabel[row] as number) >= index.flaggedAt;
  const now = belongs(index, row, 'flagged');
  return {
    flagged: now ? (before ? 'both' : 'gained') : before ? 'lost' : 'neither',
    suggestion: earlier.suggested[row] !== index.suggested[row],
  };
}
