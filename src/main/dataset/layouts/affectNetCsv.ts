import type { ImageRegion } from '../../../domain/imageSource.ts';
import { wordRecord } from '../../../domain/wordRecord.ts';
import { writeCell } from '../readers/cellSpans.ts';
import { type FixedRow, type FixedTable, readFixedTable, tablesWithColumns } from '../readers/fixedTable.ts';
import { folderOf, stemOf } from '../readers/tablePlan.ts';
import { UniqueKeys } from '../readers/uniqueKeys.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import { AFFECTNET_CODES, idOfName, nameOfId } from '../recognition/labelCodes.ts';
import { SamplePaths } from '../recognition/samplePaths.ts';

const PATH = 'subdirectory_filepath';
const COLUMNS = [PATH, 'face_x', 'face_y', 'face_width', 'face_height', 'expression'];
const NAMED = { path: /(^|\/)Manually_Annotated\w*\/(training|validation)\.csv$/i, columns: COLUMNS };
const METADATA = ['valence', 'arousal', 'facial_landmarks'];

export const affectNetCsv = defineLayout<FixedTable[]>({
  id: 'affectnet-csv',
  title: 'AffectNet (CSV)',
  mark: 'CSV files with `subDirectory_filePath`, a face box and `expression`; images cropped to the box',
  classes: AFFECTNET_CODES,
  writes: 'label-files',

  async find(listing) {
    const tables = await tablesWithColumns(listing, COLUMNS, { sure: NAMED });
    if (tables.length === 0) return null;
    const files = tables.map(({ file }) => file).join(', ');
    return {
      plan: tables,
      reason: `${files} ${tables.length === 1 ? 'has' : 'have'} AffectNet's columns of paths, face boxes and expressions.`,
    };
  },

  async *rows(listing, tables) {
    const keys = new UniqueKeys(listing);
    for (const table of tables) {
      let paths: SamplePaths | null = null;
      for await (const fixedRow of readFixedTable(listing, table)) {
        const value = fixedRow.text(PATH);
        if (value === '') throw fixedRow.fail('the row names no image');
        paths ??= new SamplePaths(listing, folderOf(table.file), imageFolder(listing, table, value));
        const { path, problem, matched } = paths.resolve(value);
        const { row, fail, indexOf } = fixedRow;
        const label = row.cell(indexOf('expression'));
        yield {
          image: keys.take(path === '' ? value : path),
          path,
          problem,
          matched,
          region: faceBox(fixedRow),
          split: stemOf(table.file),
          givenLabel: nameOfId(AFFECTNET_CODES, fixedRow.text('expression'), fail),
          metadata: wordRecord(
            METADATA.flatMap((column) =>
              fixedRow.text(column) === '' ? [] : [[column, fixedRow.text(column)]],
            ),
          ),
          place: label === null ? { kind: 'none' } : { kind: 'text', file: table.file, label, row: row.row },
        };
      }
    }
  },

  writer: {
    text: (label, current) => {
      const id = idOfName(AFFECTNET_CODES, label);
      return id === null ? null : writeCell(id, current);
    },
  },
});

/** The folder that the paths of a table start from, by its first one. */
function imageFolder(listing: FolderListing, { file }: FixedTable, value: string): string {
  return new SamplePaths(listing, folderOf(file)).foldersHolding(value)[0] ?? '';
}

function faceBox({ text, fail }: FixedRow): ImageRegion | null {
  const sides = ['face_x', 'face_y', 'face_width', 'face_height'].map(text);
  if (sides.every((side) => side === '' || side.toUpperCase() === 'NULL')) return null;
  const [left = 0, top = 0, width = 0, height = 0] = sides.map(Number);
  if (!sides.every((side) => side !== '' && Number.isFinite(Number(side))) || width <= 0 || height <= 0) {
    throw fail(`the face box ${sides.join(', ')} is not a box`);
  }
  return { kind: 'box', left, top, width, height };
}
