import type { Vote } from '../../domain/votes.ts';

/**
 * How many annotators chose which label, as a row of FER+'s counts: by column, then `unknown` (ambiguous, or
 * a label without a column) and `NF` (excluded).
 * @param columnOf the column of a label, including `unknown` and `NF`; null for none
 */
export function voteCounts(
  votes: readonly Vote[],
  columns: readonly string[],
  columnOf: (label: string) => string | null,
): number[] {
  const places = [...columns, 'unknown', 'NF'];
  const counts = new Array<number>(places.length).fill(0);
  const [unknown, notAFace] = [columns.length, columns.length + 1];
  const add = (place: number) => {
    counts[place] = (counts[place] as number) + 1;
  };
  for (const { verdict, label } of votes) {
    if (verdict === 'excluded') add(notAFace);
    else if (verdict === 'ambiguous') add(unknown);
    else if (label !== null) {
      const place = places.indexOf(columnOf(label) ?? '');
      add(place < 0 ? unknown : place);
    }
  }
  return counts;
}
