import path from 'node:path';
import { damaged } from '../recognition/damaged.ts';
import { extensionOf } from '../recognition/fileKinds.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import { readTableRows, type TableRow } from './tableFile.ts';
import { guessEncoding, readStart } from './textEncoding.ts';

const DEEPEST = 3;

/** A CSV file whose columns are known by name. */
export interface FixedTable {
  file: string;
  /** As in the first line, trimmed. */
  columns: string[];
}

/** Files whose path identifies them, even if their header is damaged. */
interface SureTable {
  path: RegExp;
  /** Columns that such a file has; one that has most of them, in any case, is one. */
  columns: readonly string[];
}

/**
 * CSV files of the upper folders whose header has all of these columns, in any case.
 * @throws AppError `table-invalid` for a file that is certainly one of them, but has another header
 */
export async function tablesWithColumns(
  listing: FolderListing,
  wanted: readonly string[],
  { name = /\.csv$/i, sure = null }: { name?: RegExp; sure?: SureTable | null } = {},
): Promise<FixedTable[]> {
  const tables: FixedTable[] = [];
  for (const [folder, { files }] of listing.folders) {
    if (folder.split('/').length > DEEPEST) continue;
    for (const fileName of files) {
      if (!name.test(fileName) || extensionOf(fileName) !== 'csv') continue;
      const file = joinRelative(folder, fileName);
      if (listing.leavingLinks.has(file)) continue;
      const columns = await headerOf(listing, file);
      const known = columns.map((column) => column.toLowerCase());
      if (wanted.every((column) => known.includes(column.toLowerCase()))) tables.push({ file, columns });
      else if (sure?.path.test(file)) await refuseDamaged(listing, file, known, sure);
    }
  }
  return tables;
}

/** @throws AppError `table-invalid` if the file has lost its header, or parts of it */
async function refuseDamaged(
  listing: FolderListing,
  file: string,
  known: readonly string[],
  { columns }: SureTable,
): Promise<void> {
  const start = await readStart(path.join(listing.root, file), listing.place).catch(() => null);
  if (start?.sizeBytes === 0) throw damaged(listing, file, 1, 'it is empty');
  if (start !== null && guessEncoding(start.bytes) !== 'utf-8')
    throw damaged(listing, file, 1, 'it is not in UTF-8');
  const missing = columns.filter((column) => !known.includes(column.toLowerCase()));
  if (2 * missing.length < columns.length)
    throw damaged(listing, file, 1, `the header has no column ${missing.join(', ')}`);
}

/** The first line of a CSV file, as cells; empty if it cannot be read. */
async function headerOf(listing: FolderListing, file: string): Promise<string[]> {
  const start = await readStart(path.join(listing.root, file), listing.place).catch(() => null);
  const text = start?.bytes.toString('utf8').replace(/^\ufeff/, '') ?? '';
  const [line = ''] = text.split(/\r?\n/, 1);
  return line.split(',').map((cell) => cell.trim().replace(/^"|"$/g, ''));
}

/** One row of such a table; cells by the names of their columns in lower case. */
export interface FixedRow {
  row: TableRow;
  text(column: string): string;
  indexOf(column: string): number;
  fail(problem: string): Error;
}

/** The rows below the header. @throws AppError `table-invalid` with the line */
export async function* readFixedTable(
  listing: FolderListing,
  { file, columns }: FixedTable,
): AsyncGenerator<FixedRow> {
  const index = new Map(columns.map((column, position) => [column.toLowerCase(), position]));
  const indexOf = (column: string) => index.get(column) ?? -1;
  let isHeader = true;
  const dialect = { encoding: 'utf-8', delimiter: ',' } as const;
  for await (const row of readTableRows(path.join(listing.root, file), dialect, true, listing.place)) {
    const fail = (problem: string) => damaged(listing, file, row.line, problem);
    if (!isHeader) yield { row, indexOf, fail, text: (column) => row.cells[indexOf(column)]?.trim() ?? '' };
    isHeader = false;
  }
}
