import path from 'node:path';
import { listFolder } from '../recognition/folderListing.ts';
import { listedWords } from './listedWords.ts';
import { columnNames } from './tableColumns.ts';
import { sniffTable } from './tableFile.ts';
import { candidateTables, planTables } from './tablePlan.ts';

/** A table of a folder, for a person who chooses its columns. */
interface TableChoice {
  /** Relative to the dataset's folder. */
  file: string;
  columns: string[];
  /** The first rows, without the header. */
  rows: string[][];
}

const SHOWN_ROWS = 4;

/**
 * The tables of a folder whose columns can be chosen, including those in which no images or labels were
 * recognised.
 * @throws AppError `folder-missing`, `folder-unreadable`
 */
export async function listTables(folder: string, followLinks = false): Promise<TableChoice[]> {
  const listing = await listFolder(folder, { followLinks });
  const tables: TableChoice[] = [];
  for (const file of candidateTables(listing)) {
    const sniffed = await sniffTable(
      path.join(listing.root, file),
      listing.place,
      listedWords(listing),
    ).catch(() => null); // no table then
    if (sniffed === null) continue;
    const plan = await planTables(listing, { table: file }).catch(() => null);
    const recognised = plan?.sources[0]?.columns;
    const hasHeader = recognised?.hasHeader ?? true;
    const rows = sniffed.rows.slice(hasHeader ? 1 : 0, SHOWN_ROWS + (hasHeader ? 1 : 0));
    tables.push({ file, columns: recognised?.names ?? columnNames(sniffed.rows, true), rows });
  }
  return tables;
}
