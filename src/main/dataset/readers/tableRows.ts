import path from 'node:path';
import { type WordRecord, wordRecord } from '../../../domain/wordRecord.ts';
import { damaged } from '../recognition/damaged.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { ByteSpan, SampleRecord } from '../recognition/layout.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';
import { readTableRows, type TableRow } from './tableFile.ts';
import { folderOf, splitOfTable, stemOf, type TablePlan, type TableSource } from './tablePlan.ts';
import { UniqueKeys } from './uniqueKeys.ts';
import { classByVotes } from './voteColumns.ts';

/** A longer cell is no property of an image that someone would filter by. */
const LONGEST_METADATA = 2000;

/** The samples of all tables of a plan, in the order of their rows. */
export async function* readTableSamples(
  listing: FolderListing,
  plan: TablePlan,
): AsyncGenerator<SampleRecord> {
  const keys = new UniqueKeys(listing);
  const splitsByFile = plan.sources.length > 1;
  for (const source of plan.sources) {
    const paths = new SamplePaths(listing, folderOf(source.file), source.imageFolder);
    const fileSplit = splitsByFile ? (splitOfTable(source.file) ?? stemOf(source.file)) : null;
    let row = 0;
    for await (const tableRow of readTableRows(
      path.join(listing.root, source.file),
      source.dialect,
      false,
      listing.place,
    )) {
      if (row++ === 0 && source.columns.hasHeader) continue;
      refuseShort(tableRow, source, listing);
      yield toSample(tableRow, source, paths, keys, { fileSplit, row });
    }
  }
}

/** @throws AppError `table-invalid` for a row that ends before its label: it was cut off, or has other delimiters */
function refuseShort(
  { cells, line }: TableRow,
  { columns, file }: TableSource,
  listing: FolderListing,
): void {
  if (cells.length > Math.max(columns.image, columns.label)) return;
  throw damaged(listing, file, line, `expected ${columns.names.length} cells, found ${cells.length}`);
}

function toSample(
  { cells, row: span, cell }: TableRow,
  { columns, file }: TableSource,
  paths: SamplePaths,
  keys: UniqueKeys,
  { fileSplit, row }: { fileSplit: string | null; row: number },
): SampleRecord {
  const value = cells[columns.image] ?? '';
  const { names, votes } = columns;
  const label = votes === null ? cell(columns.label) : spanOf(votes.map(cell), votes);
  const shared = {
    region: null,
    split: columns.split === null ? fileSplit : textOf(cells[columns.split]),
    givenLabel:
      votes === null
        ? textOf(cells[columns.label])
        : classByVotes(
            votes.map((column) => names[column] ?? ''),
            votes.map((column) => cells[column]),
          ),
    metadata: otherCells(cells, columns),
    place: label === null ? { kind: 'none' as const } : { kind: 'text' as const, file, label, row: span },
  };
  if (value.trim() === '') {
    return {
      image: keys.take(`${file} row ${row}`),
      path: '',
      ...shared,
      problem: 'the table names no image',
    };
  }
  const resolved = paths.resolve(value);
  const image = keys.take(resolved.path === '' ? value.trim() : resolved.path);
  return { image, ...shared, ...resolved };
}

/** All cells of votes, if they are adjacent. */
function spanOf(cells: (ByteSpan | null)[], columns: readonly number[]): ByteSpan | null {
  const [first, last] = [cells[0], cells.at(-1)];
  const areTogether = columns.every((column, index) => column === (columns[0] as number) + index);
  return first == null || last == null || !areTogether ? null : { start: first.start, end: last.end };
}

function otherCells(
  cells: string[],
  { names, image, label, split }: TableSource['columns'],
): WordRecord<string> | null {
  const others = wordRecord<string>();
  let isEmpty = true;
  for (let column = 0; column < names.length; column++) {
    const text = column === image || column === label || column === split ? null : textOf(cells[column]);
    const name = names[column] ?? '';
    if (text === null || name === '' || text.length > LONGEST_METADATA) continue;
    others[name] = text;
    isEmpty = false;
  }
  return isEmpty ? null : others;
}

function textOf(cell: string | undefined): string | null {
  const text = cell?.trim() ?? '';
  return text === '' ? null : text;
}
