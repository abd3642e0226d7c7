import type { SelectableRows } from './selectableRows.ts';

/** How a row differs from the previous run. */
export interface RunChange {
  flagged: 'gained' | 'lost' | 'both' | 'neither';
  suggestion: boolean;
}

/** Differences from the previous run; null for an image that only one of the two has predicted. */
export function changeOf(index: SelectableRows, row: number): RunChange | null {
  const { earlier } = index;
  if (earlier === null || earlier.known[row] !== 1 || index.scanned[row] !== 1) return null;
  const before = (earlier.wrongLabel[row] as number) >= index.flaggedAt;
  const now = index.isListed(row);
  return {
    flagged: now ? (before ? 'both' : 'gained') : before ? 'lost' : 'neither',
    suggestion: earlier.suggested[row] !== index.suggested[row],
  };
}
