import { ISSUES, type Issue, issueBits } from '../../labelQuality/issues/index.ts';
import type { Show } from '../../protocol/shows.ts';
import { changeOf, type RunChange } from './changeOf.ts';
import { holdsByte } from './holdsByte.ts';
import type { ReviewIndex } from './reviewIndex.ts';

/** Rows of an index, in one list or several. */
export type RowParts = readonly Int32Array[];

/** Which rows of the index a selection of the queue holds, and how many of some rows. */
interface RowSelection {
  holds(index: ReviewIndex, row: number): boolean;
  /** As many as `holds` says, but faster: a column that marks nothing, as most do, is not looked through. */
  count(index: ReviewIndex, parts: RowParts): number;
}

const SELECTIONS: Record<Show, RowSelection> = {
  flagged: each((index, row) => index.isListed(row)),
  all: { holds: () => true, count: (_, parts) => parts.reduce((sum, rows) => sum + rows.length, 0) },
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
export function belongs(index: ReviewIndex, row: number, show: Show): boolean {
  return SELECTIONS[show].holds(index, row);
}

/** How many of these rows belong to a selection. */
export function countIn(index: ReviewIndex, parts: RowParts, show: Show): number {
  return SELECTIONS[show].count(index, parts);
}

function each(holds: RowSelection['holds']): RowSelection {
  return { holds, count: (index, parts) => countRows(parts, (row) => holds(index, row)) };
}

/** Rows with a 1 in a column. */
function marked(columnOf: (index: ReviewIndex) => Uint8Array): RowSelection {
  return {
    holds: (index, row) => columnOf(index)[row] === 1,
    count: (index, parts) => {
      const column = columnOf(index);
      return holdsByte(column, 1) ? countBits(column, 1, parts) : 0;
    },
  };
}

/** Rows with a place in a list, which begins at 0; -1 where they have none. */
function placed(columnOf: (index: ReviewIndex) => Int32Array): RowSelection {
  return {
    holds: (index, row) => columnOf(index)[row] !== -1,
    count: (index, parts) => {
      const column = columnOf(index);
      return column.includes(0) ? countRows(parts, (row) => column[row] !== -1) : 0;
    },
  };
}

function withIssue(issue: Issue): RowSelection {
  const bit = issueBits([issue]);
  return {
    holds: ({ issues }, row) => ((issues[row] as number) & bit) !== 0,
    count: ({ issues, hasIssues }, parts) => (hasIssues ? countBits(issues, bit, parts) : 0),
  };
}

/** Rows that differ from the run before in some way. */
function changed(differs: (change: RunChange) => boolean): RowSelection {
  const holds: RowSelection['holds'] = (index, row) => {
    const change = changeOf(index, row);
    return change !== null && differs(change);
  };
  return {
    holds,
    count: (index, parts) => (index.earlier === null ? 0 : countRows(parts, (row) => holds(index, row))),
  };
}

function countRows(parts: RowParts, holds: (row: number) => boolean): number {
  let count = 0;
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) count += holds(rows[place] as number) ? 1 : 0;
  }
  return count;
}

/** Rows with a bit in a column. Counted for each issue at each change of a filter, so without a call a row. */
function countBits(column: Uint8Array | Uint32Array, bit: number, parts: RowParts): number {
  let count = 0;
  for (const rows of parts) {
    for (let place = 0; place < rows.length; place++) {
      count += ((column[rows[place] as number] as number) & bit) === 0 ? 0 : 1;
    }
  }
  return count;
}
