import { emotionOf, FER_PLUS_COLUMNS } from '../../../domain/emotions.ts';

/** FER+ and similar datasets count these next to emotions. */
const OTHER_VOTES = new Set(['unknown', 'nf', 'not a face', 'notface', 'other', 'none']);
const FEWEST_EMOTIONS = 3;
const COUNT = /^\d+(\.0*)?$/;
const FER_PLUS_BOX = /^\(?\s*\d+\s*,\s*\d+\s*,\s*\d+\s*,\s*\d+\s*\)?$/;

/**
 * One column for each class: one-hot, or votes. Counted from 0; null if there are none. Fractions are no
 * votes but predictions.
 * @param rows without the header
 */
export function findVoteColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
): number[] | null {
  const emotions = names.flatMap((name, column) => (emotionOf(name) === null ? [] : [column]));
  if (new Set(emotions.map((column) => emotionOf(names[column] ?? ''))).size < FEWEST_EMOTIONS) return null;
  const others = names.flatMap((name, column) =>
    OTHER_VOTES.has(name.trim().toLowerCase()) ? [column] : [],
  );
  const columns = [...emotions, ...others].sort((a, b) => a - b);
  const areCounts = rows.every((row) => columns.every((column) => COUNT.test(countText(row[column]))));
  return rows.length > 0 && areCounts ? columns : null;
}

/** FERPlus writes `fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0` without a header: the names of its columns. */
export function ferPlusRowNames(rows: readonly (readonly string[])[]): string[] | null {
  const isRow = (row: readonly string[]) =>
    row.length === 2 + FER_PLUS_COLUMNS.length &&
    FER_PLUS_BOX.test(row[1] ?? '') &&
    row.slice(2).every((cell) => COUNT.test(countText(cell)));
  return rows.length > 0 && rows.every(isRow) ? ['image', 'box', ...FER_PLUS_COLUMNS] : null;
}

/**
 * The class of a row of votes: the only one with any, or else, without single votes, the one with more than
 * half, as FER+ counts. Null if there is none.
 */
export function classByVotes(names: readonly string[], cells: readonly unknown[]): string | null {
  const votes = cells.map((cell) => Number(countText(String(cell ?? '0'))) || 0);
  const named = votes.flatMap((count, index) => (count > 0 ? [index] : []));
  if (named.length === 1) return names[named[0] as number] ?? null;
  const counted = votes.map((count) => (count <= 1 ? 0 : count));
  const total = counted.reduce((sum, count) => sum + count, 0);
  const winner = counted.findIndex((count) => count * 2 > total);
  return winner < 0 ? null : (names[winner] ?? null);
}

function countText(cell: string | undefined): string {
  const text = (cell ?? '').trim().toLowerCase();
  if (text === '' || text === 'false') return '0';
  return text === 'true' ? '1' : text;
}
