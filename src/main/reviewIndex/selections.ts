import { ISSUES, type Issue, issueBits } from '../../labelQuality/issues/index.ts';
import { SHOWS, type Show } from '../../protocol/shows.ts';
import { changeOf, type RunChange } from './changeOf.ts';
import { holdsByte } from './holdsByte.ts';
import type { SelectableRows } from './selectableRows.ts';

/** Which rows of the index a selection of the queue holds. */
interface RowSelection {
  holds(index: SelectableRows, row: number): boolean;
  /** False where it is known without looking at each row that it holds none, as most do. */
  mayHold(index: SelectableRows): boolean;
}

const SELECTIONS: Record<Show, RowSelection> = {
  flagged: each((index, row) => index.isListed(row)),
  all: each(() => true),
  ...(Object.fromEntries(ISSUES.map((issue) => [issue, withIssue(issue)])) as Record<Issue, RowSelection>),
  unreadable: marked(({ unreadable }) => unreadable),
  unlabelled: each(({ given }, row) => given[row] === -1),
  'trained-on': marked(({ trainedOn }) => trainedOn),
  audit: placed(({ auditPlace }) => auditPlace),
  selection: marked(({ selection }) => selection),
  disagreements: marked(({ disagreement }) => disagreement),
  share: marked(({ share }) => share),
  round: placed(({ roundPlace }) => roundPlace),
  'newly-flagged': changed(({ flagged }) => flagged === 'gained'),
  'no-longer-flagged': changed(({ flagged }) => flagged === 'lost'),
  'suggestion-changed': changed(({ suggestion }) => suggestion),
};

/** Whether a row belongs to a selection. "Flagged" is by the default score, whatever sorts the queue. */
export function belongs(index: SelectableRows, row: number, show: Show): boolean {
  return SELECTIONS[show].holds(index, row);
}

/** Whether a row belongs to the selection at a place in SHOWS. */
export interface SelectionTest {
  place: number;
  holds: RowSelection['holds'];
}

export const ALL_SELECTIONS: readonly SelectionTest[] = SHOWS.map((show, place) => ({
  place,
  holds: SELECTIONS[show].holds,
}));

/** The selections to which any row may belong now. */
export function occupiedSelections(index: SelectableRows): SelectionTest[] {
  return ALL_SELECTIONS.filter(({ place }) => SELECTIONS[SHOWS[place] as Show].mayHold(index));
}

function each(holds: RowSelection['holds']): RowSelection {
  return { holds, mayHold: () => true };
}

/** Rows with a 1 in a column. */
function marked(columnOf: (index: SelectableRows) => Uint8Array): RowSelection {
  return {
    holds: (index, row) => columnOf(index)[row] === 1,
    mayHold: (index) => holdsByte(columnOf(index), 1),
  };
}

/** Rows with a place in a list; -1 where they have none. */
function placed(columnOf: (index: SelectableRows) => Int32Array): RowSelection {
  return {
    holds: (index, row) => columnOf(index)[row] !== -1,
    mayHold: (index) => holdsOther(columnOf(index), -1),
  };
}

function withIssue(issue: Issue): RowSelection {
  const bit = issueBits([issue]);
  return {
    holds: ({ issues }, row) => ((issues[row] as number) & bit) !== 0,
    mayHold: ({ hasIssues }) => hasIssues,
  };
}

/** Rows that differ from the previous run in some way. */
function changed(differs: (change: RunChange) => boolean): RowSelection {
  return {
    holds: (index, row) => {
      const change = changeOf(index, row);
      return change !== null && differs(change);
    },
    mayHold: ({ earlier }) => earlier !== null,
  };
}

function holdsOther(column: Int32Array, value: number): boolean {
  for (let row = 0; row < column.length; row++) if (column[row] !== value) return true;
  return false;
}
