import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { CLEANED_COLUMNS, type CleanedRow } from './cleanedRows.ts';

const ROWS_PER_CHUNK = 500;

/** A cleaned label file as text, RFC 4180 with CRLF, in chunks between which the process can do other work. */
export async function* cleanedCsv(
  rows: Iterable<CleanedRow>,
  columns: readonly string[] = CLEANED_COLUMNS,
): AsyncGenerator<string> {
  yield stringify([[...columns]], { record_delimiter: 'windows' });
  let chunk: CleanedRow[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < ROWS_PER_CHUNK) continue;
    yield csvLines(chunk, columns);
    chunk = [];
    await nextTurn();
  }
  if (chunk.length > 0) yield csvLines(chunk, columns);
}

function csvLines(rows: CleanedRow[], columns: readonly string[]): string {
  return stringify(rows, { columns: [...columns], record_delimiter: 'windows' });
}
