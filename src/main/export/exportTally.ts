import type { ExportStatus } from './cleanLabel.ts';

/** The totals of an export, counted while it is iterated. */
export interface ExportTally {
  /** Rows, moves or files. */
  entries: number;
  /** Images of the export by the fate of their label. */
  statuses: Record<ExportStatus, number>;
}

export function newTally(): ExportTally {
  const statuses = { unreviewed: 0, kept: 0, relabelled: 0, excluded: 0, ambiguous: 0, auto: 0 };
  return { entries: 0, statuses };
}

export function* countStatuses<Row>(
  rows: Iterable<Row>,
  statusOf: (row: Row) => ExportStatus,
  tally: ExportTally,
): Generator<Row> {
  for (const row of rows) {
    tally.statuses[statusOf(row)]++;
    yield row;
  }
}

export async function* countEntries<Entry>(
  entries: AsyncIterable<Entry>,
  tally: ExportTally,
): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    tally.entries++;
    yield entry;
  }
}
