import { FER_PLUS_COLUMNS } from '../../../domain/emotions.ts';
import { wordRecord } from '../../../domain/wordRecord.ts';
import { type FixedRow, type FixedTable, readFixedTable, tablesWithColumns } from '../readers/fixedTable.ts';
import { folderOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { wholeNumber } from '../recognition/damaged.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { findFolders, locate } from '../recognition/findFiles.ts';
import { type FolderListing, joinRelative } from '../recognition/folderListing.ts';
import type { ByteSpan, SampleRecord } from '../recognition/layout.ts';
import { fer2013Csv } from './fer2013Csv.ts';

const CODES = FER_PLUS_COLUMNS.map((name) => ({ id: name, name }));
const COLUMNS = ['usage', 'image name', ...FER_PLUS_COLUMNS];
const NAMED = { path: /(^|\/)fer2013new\.csv$/i, columns: COLUMNS };
const USUAL_FOLDERS = new Map([
  ['training', 'FER2013Train'],
  ['publictest', 'FER2013Valid'],
  ['privatetest', 'FER2013Test'],
]);

interface FerPlusPlan {
  table: FixedTable;
  /** Folders of PNGs by usage in lower case; empty if the pictures are in FER2013's table. */
  folders: Map<string, string>;
}

export const ferPlus = defineLayout<FerPlusPlan>({
  id: 'fer-plus',
  title: 'FER+',
  mark: '`fer2013new.csv` with ten votes an image; PNGs in `FER2013{Train,Valid,Test}`, or `fer2013.csv` beside it',
  classes: CODES,
  writes: 'label-files',

  async find(listing) {
    const [table] = await tablesWithColumns(listing, COLUMNS, { sure: NAMED });
    if (table === undefined) return null;
    const folders = new Map(
      [...USUAL_FOLDERS].flatMap(([usage, name]) => {
        const [folder] = findFolders(listing, new RegExp(`(^|/)${name}$`, 'i'));
        return folder === undefined ? [] : [[usage, folder] as const];
      }),
    );
    return {
      plan: { table, folders },
      reason: `${table.file} has FER+'s columns of votes; the label is the emotion that more than half of the voters chose; single votes are ignored.`,
      belongs: (file) => [...folders.values()].some((folder) => file.startsWith(`${folder}/`)),
    };
  },

  async *rows(listing, { table, folders }, problems) {
    const pictures = folders.size === 0 ? await picturesOfFer2013(listing) : null;
    const keys = new UniqueKeys(listing);
    for await (const fixedRow of readFixedTable(listing, table)) {
      const { text } = fixedRow;
      const picture = pictures === null ? null : await pictures.next();
      const name = text('image name');
      const votes = votesOf(fixedRow);
      if (name === '') {
        problems.add('no-image-name', `${table.file} line ${fixedRow.row.line}`);
        continue;
      }
      const usage = text('usage');
      const inTable = picture?.done === false ? picture.value : null;
      const folder =
        folders.get(usage.toLowerCase()) ??
        joinRelative(folderOf(table.file), USUAL_FOLDERS.get(usage.toLowerCase()) ?? usage);
      const file =
        inTable ?? locate(listing, [joinRelative(folder, name), joinRelative(folderOf(table.file), name)]);
      const label = votesSpan(fixedRow);
      yield {
        image: inTable?.image ?? keys.take(file.path === '' ? name : file.path),
        path: file.path,
        problem: file.problem,
        region: inTable?.region ?? null,
        split: usage,
        givenLabel: majorityOf(votes),
        metadata: wordRecord(
          FER_PLUS_COLUMNS.map((emotion, index) => [`votes_${emotion}`, String(votes[index])] as const),
        ),
        place:
          label === null
            ? { kind: 'none' }
            : { kind: 'text', file: table.file, label, row: fixedRow.row.row },
      };
    }
  },
  sentences: {
    'no-image-name': (count, one) =>
      `${count} ${one ? 'row has' : 'rows have'} no image name and ${one ? 'is' : 'are'} ignored, as in FER+`,
  },

  writer: { text: (label, current) => votesFor(label, current) },
});

/** FER2013's own table, whose n-th row is FER+'s n-th row. */
async function picturesOfFer2013(listing: FolderListing): Promise<AsyncIterator<SampleRecord> | null> {
  const recognition = await fer2013Csv.recognise(listing, {});
  return recognition === null ? null : fer2013Csv.read(listing, recognition)[Symbol.asyncIterator]();
}

function votesOf({ text, fail }: FixedRow): number[] {
  return FER_PLUS_COLUMNS.map((name) => {
    const votes = wholeNumber(text(name.toLowerCase()), fail);
    if (votes < 0) throw fail(`${votes} votes for ${name}`);
    return votes;
  });
}

/**
 * The usual majority of FER+ (Barsoum et al. 2016, and the loader of FERPlus): single votes are dropped, then the
 * emotion with more than half of the rest is the label.
 */
function majorityOf(votes: readonly number[]): string | null {
  const counted = votes.map((count) => (count <= 1 ? 0 : count));
  const total = counted.reduce((sum, count) => sum + count, 0);
  const winner = counted.findIndex((count) => count * 2 > total);
  return winner < 0 ? null : (FER_PLUS_COLUMNS[winner] ?? null);
}

/** All ten cells, which are adjacent. */
function votesSpan({ row, indexOf }: FixedRow): ByteSpan | null {
  const first = row.cell(indexOf('neutral'));
  const last = row.cell(indexOf('nf'));
  const isTogether = FER_PLUS_COLUMNS.every(
    (name, index) => indexOf(name.toLowerCase()) === indexOf('neutral') + index,
  );
  return first === null || last === null || !isTogether ? null : { start: first.start, end: last.end };
}

/** A corrected label gets all votes: as many as before. */
function votesFor(label: string, current: string): string | null {
  const place = FER_PLUS_COLUMNS.indexOf(label);
  if (place < 0) return null;
  const total = current.split(',').reduce((sum, cell) => sum + Number(cell), 0);
  return FER_PLUS_COLUMNS.map((_, index) => (index === place ? total : 0)).join(',');
}
