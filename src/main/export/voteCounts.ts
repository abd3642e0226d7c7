import type { Vote } from '../../shared/votes.ts';

/**
 * How many annotators chose what, as a row of FER+ counts votes: by column, then `unknown` (ambiguous, or a label without
 * a column) and `NF` (excluded).
 * @param columnOf the column of a label; null for none
 */
export function voteCounts(
  votes: readonly Vote[],
  columns: readonly string[],
  columnOf: (label: string) => string | null,
): number[] {
  const counts = new Array<number>(columns.length + 2).fill(0);
  const add = (column: number) => {
    counts[column] = (counts[column] as number) + 1;
  };
  for (const { verdict, label } of votes) {
    if (verdict === 'excluded') add(columns.length + 1);
    else if (verdict === 'ambiguous') add(columns.length);
    else if (label !== null) {
      const column = columns.indexOf(columnOf(label) ?? '');
      add(column < 0 ? columns.length : column);
    }
  }
  return counts;
}
