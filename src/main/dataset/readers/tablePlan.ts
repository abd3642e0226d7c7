import path from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import { extensionOf, isTableName } from '../recognition/fileKinds.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import type { LayoutOptions } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';
import { isSplitName } from '../recognition/splitNames.ts';
import { listedWords } from './listedWords.ts';
import { columnNames, guessColumns, type TableColumns } from './tableColumns.ts';
import { type SniffedTable, sniffTable, type TableDialect } from './tableFile.ts';

/** One table and how to read it. */
export interface TableSource {
  /** Relative to the dataset's folder. */
  file: string;
  dialect: TableDialect;
  columns: TableColumns;
  imageFolder: string;
  sizeBytes: number;
}

/** The tables that together are the dataset's labels, in the order of their rows. */
export interface TablePlan {
  sources: TableSource[];
  /** Tables with images and labels that were not taken. */
  others: string[];
}

/** How `LayoutOptions.table` joins several. */
export const TABLE_SEPARATOR = ' + ';
const MOST_CANDIDATES = 40;
const DEEPEST_TABLE = 2;
const ROWS_RESOLVED = 60;

/**
 * Finds the table of labels, or several of one shape that are named after splits.
 *
 * @throws AppError `table-invalid` where a table or column that the user named is not there.
 */
export async function planTables(listing: FolderListing, options: LayoutOptions): Promise<TablePlan | null> {
  const files = options.table === undefined ? candidateTables(listing) : namedTables(listing, options.table);
  const sources: TableSource[] = [];
  const columnsSeen: string[] = [];
  for (const file of files) {
    const sniffed = await sniffTable(
      path.join(listing.root, file),
      listing.place,
      listedWords(listing),
    ).catch((error: unknown) => {
      if (options.table === undefined) return null; // a guess: another file may be the table
      throw error;
    });
    if (sniffed === null || (options.table === undefined && isOwnExport(sniffed))) continue;
    columnsSeen.push(`${file}: ${columnNames(sniffed.rows, true).join(', ')}`);
    const source = inspectTable(listing, file, sniffed, options);
    if (source !== null) sources.push(source);
  }
  if (sources.length === 0) {
    if (Object.entries(options).some(([key, value]) => key !== 'layout' && value !== undefined)) {
      throw unusable(options, columnsSeen);
    }
    return null;
  }
  if (options.table !== undefined) return { sources, others: [] };
  return chooseSources(sources);
}

/** The tables whose files exist come first, then the upper ones, then the largest. */
function chooseSources(sources: TableSource[]): TablePlan {
  const splits = sources.filter((source) => splitOfTable(source.file) !== null);
  const groups = sources.map((source) =>
    splits.includes(source) ? splits.filter((other) => sameShape(source, other)) : [source],
  );
  const share = ([first]: TableSource[]) => Math.round((first?.columns.foundShare ?? 0) * 10);
  const depth = ([first]: TableSource[]) => first?.file.split('/').length ?? 0;
  const size = (group: TableSource[]) => group.reduce((sum, source) => sum + source.sizeBytes, 0);
  groups.sort((a, b) => share(b) - share(a) || depth(a) - depth(b) || size(b) - size(a));
  const chosen = groups[0] ?? [];
  const others = sources.filter((source) => !chosen.includes(source)).map(({ file }) => file);
  return { sources: chosen, others };
}

function inspectTable(
  listing: FolderListing,
  file: string,
  { dialect, rows, sizeBytes }: SniffedTable,
  options: LayoutOptions,
): TableSource | null {
  const paths = new SamplePaths(listing, folderOf(file));
  const columns = guessColumns(rows, paths, options);
  if (columns === null) return null;
  const values = rows.slice(1, 1 + ROWS_RESOLVED).map((row) => row[columns.image] ?? '');
  return { file, dialect, columns, imageFolder: commonFolder(values, paths), sizeBytes };
}

/** The folder below which most values are found, where the table's own and the root do not hold them. */
function commonFolder(values: string[], paths: SamplePaths): string {
  const counts = new Map<string, number>();
  for (const value of values) {
    const plain = value.trim().replaceAll('\\', '/');
    const { path: found, problem } = paths.resolve(value);
    if (problem !== null || !found.endsWith(`/${plain}`)) continue;
    const folder = found.slice(0, -plain.length - 1);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const [top] = [...counts].sort((a, b) => b[1] - a[1]);
  return top !== undefined && top[1] * 2 > values.length ? top[0] : '';
}

export function candidateTables(listing: FolderListing): string[] {
  const tables = [...listing.folders].flatMap(([folder, { files }]) =>
    folder.split('/').length > DEEPEST_TABLE && folder !== ''
      ? []
      : files
          .filter(isTableName)
          .map((name) => joinRelative(folder, name))
          .filter((file) => !listing.leavingLinks.has(file)),
  );
  // Some datasets have a text file of landmarks for every image.
  const isPlainText = (file: string) => ['txt', 'lst'].includes(extensionOf(file));
  const texts = tables.filter(isPlainText);
  const kept = texts.length > MOST_CANDIDATES ? tables.filter((file) => !isPlainText(file)) : tables;
  return kept.sort((a, b) => Number(isPlainText(a)) - Number(isPlainText(b))).slice(0, MOST_CANDIDATES);
}

function namedTables(listing: FolderListing, table: string): string[] {
  const exists = (file: string) => listing.folders.get(folderOf(file))?.files.includes(nameOf(file)) ?? false;
  const plain = table.replaceAll('\\', '/').replace(/^\.\//, '');
  const files = exists(plain) ? [plain] : plain.split(TABLE_SEPARATOR);
  const missing = files.find((file) => !exists(file));
  if (missing === undefined) return files;
  const known = candidateTables(listing).join(', ');
  throw new AppError(
    'table-invalid',
    `there is no table ${missing} in ${listing.root}`,
    known === '' ? 'The folder has no CSV or TSV file.' : `There are ${known}.`,
  );
}

function unusable(options: LayoutOptions, columnsSeen: string[]): AppError {
  const asked = [options.imageColumn, options.labelColumn, options.splitColumn]
    .filter((name) => name !== undefined)
    .map((name) => `"${name}"`);
  const message =
    columnsSeen.length === 0
      ? `${options.table ?? 'the folder'} has no table of at least two columns`
      : asked.length > 0
        ? `no table has ${asked.length === 1 ? 'the column' : 'the columns'} ${asked.join(', ')} with images and labels`
        : `no column of images and labels was recognised in ${options.table}`;
  const hint =
    columnsSeen.length === 0 ? 'Give a CSV or TSV file.' : `The columns are ${columnsSeen.join('; ')}.`;
  return new AppError('table-invalid', message, hint);
}

/** A cleaned label file or a list of decisions, saved next to the images: an output is not an input. */
function isOwnExport({ rows }: SniffedTable): boolean {
  const names = columnNames(rows, true);
  return names.includes('label_clean') && names.includes('status');
}

function sameShape(a: TableSource, b: TableSource): boolean {
  const used = ({ hasHeader, names, image, label, split }: TableColumns) =>
    JSON.stringify([hasHeader, names[image], names[label], split === null ? null : names[split]]);
  const isBeside = folderOf(a.file) === folderOf(b.file) || folderAbove(a.file) === folderAbove(b.file);
  return isBeside && used(a.columns) === used(b.columns);
}

/** Of `train/labels.csv` the folder around both tables. */
function folderAbove(file: string): string {
  return folderOf(file) === '' ? '.' : folderOf(folderOf(file));
}

/** The split that a table is of, by its name (`train`, `test_labels`) or its folder's; null for no one. */
export function splitOfTable(file: string): string | null {
  const stem = stemOf(file);
  if (isSplitName(stem))
    return stem.replace(/[ _-]+(labels?|list|annotations?|data|set|meta(data)?)$/i, '') || stem;
  const folder = nameOf(folderOf(file));
  return isSplitName(folder) ? folder : null;
}

export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

function nameOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** The file's name without its extension. */
export function stemOf(file: string): string {
  return nameOf(file).replace(/\.[^.]+$/, '');
}
