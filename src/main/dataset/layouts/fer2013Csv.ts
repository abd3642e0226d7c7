import { writeCell } from '../readers/cellSpans.ts';
import { type FixedTable, readFixedTable, tablesWithColumns } from '../readers/fixedTable.ts';
import { defineLayout } from '../recognition/defineLayout.ts';
import { FER2013_CODES, idOfName, nameOfId } from '../recognition/labelCodes.ts';
import type { SampleRecord } from '../recognition/layout.ts';

const NAMED = { path: /(^|\/)fer2013\.csv$/i, columns: ['emotion', 'pixels', 'usage'] };

export const fer2013Csv = defineLayout<FixedTable[]>({
  id: 'fer2013-csv',
  title: 'FER2013 (CSV of pixels)',
  mark: 'a CSV file with `emotion` and `pixels`: the images are in the table',
  classes: FER2013_CODES,
  writes: 'label-files',
  picturesInTable: true,

  async find(listing) {
    const tables = await tablesWithColumns(listing, ['emotion', 'pixels'], { sure: NAMED });
    if (tables.length === 0) return null;
    const files = tables.map(({ file }) => file).join(', ');
    return {
      plan: tables,
      reason: `${files} ${tables.length === 1 ? 'has' : 'have'} the pixels of each image as text, as in FER2013.`,
      belongs: () => false,
    };
  },

  async *rows(listing, tables) {
    for (const table of tables) {
      let number = 0;
      for await (const { row, text, indexOf, fail } of readFixedTable(listing, table)) {
        number += 1;
        const pixels = row.cell(indexOf('pixels'));
        const label = row.cell(indexOf('emotion'));
        if (pixels === null || label === null) throw fail('the cells of the row cannot be separated');
        checkPixels(text('pixels'), fail);
        yield {
          image: pictureKey(table.file, number),
          path: table.file,
          problem: null,
          region: { kind: 'pixel-text', offset: pixels.start, length: pixels.end - pixels.start },
          split: text('usage') === '' ? null : text('usage'),
          givenLabel: nameOfId(FER2013_CODES, text('emotion'), fail),
          metadata: null,
          place: { kind: 'text', file: table.file, label, row: row.row },
        } satisfies SampleRecord;
      }
    }
  },

  writer: {
    text: (label, current) => {
      const id = idOfName(FER2013_CODES, label);
      return id === null ? null : writeCell(id, current);
    },
  },
});

/** Key of the n-th picture in a table of pixels, n from 1. */
export function pictureKey(file: string, number: number): string {
  return number === 1 ? file : `${file}#${number}`;
}

/** A row that lost a part of its pixels would shift nobody's label, but it is no picture. */
function checkPixels(pixels: string, fail: (problem: string) => Error): void {
  if (!/^[\d\s]+$/.test(pixels)) throw fail('the pixels are not a list of numbers');
  const count = pixels.trim().split(/\s+/).length;
  if (!Number.isInteger(Math.sqrt(count))) throw fail(`${count} pixels are not a square image`);
}
