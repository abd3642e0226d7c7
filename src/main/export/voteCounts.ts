import type { Vote } from '../../domain/votes.ts';

/**
 * How many annotators chose what, as a row of FER+ counts votes: by column, then `unknown` (ambiguous, or a label without
 * a column) and `NF` (excluded).
 * @param columnOf the column of a label, `unknown` and `NF` among them; null for none
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
