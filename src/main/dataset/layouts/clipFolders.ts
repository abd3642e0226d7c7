import path from 'node:path';
import { emotionOf } from '../../../domain/emotions.ts';
import { listedWords } from '../readers/listedWords.ts';
import { columnNames, isLabelColumn } from '../readers/tableColumns.ts';
import { readTableRows, sniffTable, type TableDialect } from '../readers/tableFile.ts';
import { candidateTables, folderOf, splitOfTable } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { isImageName } from '../recognition/fileKinds.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import type { Problem } from '../recognition/layout.ts';
import { PathIndex } from '../recognition/pathIndex.ts';
import { ProblemTally } from '../recognition/problemTally.ts';
import { MISSING } from '../recognition/samplePaths.ts';

interface ClipTable {
  file: string;
  dialect: TableDialect;
  hasHeader: boolean;
  /** Columns of the clips' folders and of the labels. */
  clip: number;
  label: number;
}

interface ClipPlan {
  tables: ClipTable[];
  /** Further folds of the same clips. */
  others: string[];
}

/** A table that names folders of frames, as DFEW's `set_1.csv` does: each frame has its clip's label. */
export const clipFolders = defineLayout<ClipPlan>({
  id: 'clip-folders',
  title: 'Folders of frames with a table',
  mark: 'a table such as `set_1.csv` with a column of folder names (clips of frames) and one of labels',
  classes: null,
  writes: 'nothing',

  async find(listing, options) {
    const index = clipIndex(listing);
    const tables: ClipTable[] = [];
    for (const file of options.table === undefined ? candidateTables(listing) : [options.table]) {
      const table = await inspect(listing, file, index, options.labelColumn);
      if (table !== null) tables.push(table);
    }
    const [chosen, others] = firstFolds(tables);
    if (chosen.length === 0) return null;
    const files = chosen.map(({ file }) => file).join(', ');
    return {
      plan: { tables: chosen, others },
      reason: `${files} ${chosen.length === 1 ? 'names' : 'name'} folders of frames and their labels.`,
      belongs: () => false,
    };
  },

  async *rows(listing, { tables }) {
    const index = clipIndex(listing);
    const keys = new UniqueKeys(listing);
    for (const { file, dialect, hasHeader, clip, label } of tables) {
      let isHeader = hasHeader;
      for await (const { cells, line } of readTableRows(
        path.join(listing.root, file),
        dialect,
        false,
        listing.place,
      )) {
        if (isHeader) {
          isHeader = false;
          continue;
        }
        const name = (cells[clip] ?? '').trim();
        const shared = {
          region: null,
          split: splitOfTable(file),
          givenLabel: cells[label] ?? null,
          metadata: { video: name },
          place: { kind: 'none' as const },
        };
        const found = name === '' ? null : index.find(name);
        if (found === null || !('path' in found)) {
          yield {
            ...shared,
            image: keys.take(name === '' ? `${file} row ${line}` : name),
            path: '',
            problem: MISSING,
          };
          continue;
        }
        for (const frame of listing.folders.get(found.path)?.files.filter(isImageName) ?? []) {
          const image = joinRelative(found.path, frame);
          yield {
            ...shared,
            image: keys.take(image),
            path: image,
            problem: null,
          };
        }
      }
    }
  },

  problems: ({ others }): Problem[] => {
    const tally = new ProblemTally();
    for (const file of others) tally.add('other-table', file);
    return tally.list({
      'other-table': (count, one) =>
        `${count} more ${one ? 'table names' : 'tables name'} the same clips and ${one ? 'is' : 'are'} ignored`,
    });
  },
  writer: {},
});

/** Folders with images of their own, found by their names or the end of their paths. */
function clipIndex({ folders }: FolderListing): PathIndex {
  const clips = [...folders].filter(([folder, { files }]) => folder !== '' && files.some(isImageName));
  return new PathIndex(clips.map(([folder]) => folder));
}

async function inspect(
  listing: FolderListing,
  file: string,
  index: PathIndex,
  labelColumn: string | undefined,
): Promise<ClipTable | null> {
  const sniffed = await sniffTable(path.join(listing.root, file), listing.place, listedWords(listing)).catch(
    () => null,
  ); // another file may be the table
  if (sniffed === null) return null;
  const { rows, dialect } = sniffed;
  const isClip = (cell: string | undefined) => {
    const found = cell === undefined || cell.trim() === '' ? null : index.find(cell);
    return found !== null && 'path' in found;
  };
  const hasHeader = !(rows[0] ?? []).some(isClip);
  const names = columnNames(rows, hasHeader);
  const data = rows.slice(hasHeader ? 1 : 0);
  const columns = names.map((name, column) => {
    const values = data.map((row) => (row[column] ?? '').trim()).filter((value) => value !== '');
    const distinct = new Set(values);
    const found = [...distinct].filter(isClip).length / Math.max(1, distinct.size);
    return { name, column, distinct, found, isVaried: distinct.size * 2 > values.length };
  });
  const [clip] = columns
    .filter(
      ({ name, found, isVaried, distinct }) =>
        !isLabelColumn(name) && found >= 0.5 && isVaried && distinct.size > 0,
    )
    .sort((a, b) => b.distinct.size - a.distinct.size);
  if (clip === undefined) return null;
  const rest = columns.filter(({ column }) => column !== clip.column);
  const label =
    rest.find(({ name }) => name === labelColumn) ??
    rest.find(({ name }) => isLabelColumn(name)) ??
    rest.find(
      ({ distinct }) => distinct.size > 0 && [...distinct].every((value) => emotionOf(value) !== null),
    ) ??
    (rest.length === 1 && !(rest[0]?.isVaried ?? true) ? rest[0] : undefined);
  return label === undefined ? null : { file, dialect, hasHeader, clip: clip.column, label: label.column };
}

/** Of `set_1.csv` to `set_5.csv` of one folder the first: the others split the same clips differently. */
function firstFolds(tables: readonly ClipTable[]): [ClipTable[], string[]] {
  const chosen = new Map<string, ClipTable>();
  for (const table of tables.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const folder = folderOf(table.file);
    const key = /_?\d+\.[a-z]+$/i.test(table.file) ? folder : table.file;
    if (!chosen.has(key)) chosen.set(key, table);
  }
  const kept = [...chosen.values()];
  return [kept, tables.filter((table) => !kept.includes(table)).map(({ file }) => file)];
}
