import { CsvWriter } from '../csvWriter.ts';
import { csvCells, csvColumns } from '../exportColumns.ts';
import type { TextFormat } from '../format.ts';

export const csv: TextFormat = {
  title: 'Cleaned CSV',
  description: 'One row per image: given and clean label, status, annotator, time, and predictions.',
  extension: '.csv',
  mediaType: 'text/csv; charset=utf-8',
  holdsExcluded: true,
  namesFiles: false,
  needsFile: false,
  shape: 'table',

  begin({ metadataColumns }) {
    const writer = new CsvWriter(csvColumns(metadataColumns));
    return {
      head: writer.header(),
      entry: ({ row, metadata }) => writer.line(csvCells(row, metadataColumns, metadata)),
      separator: '',
      tail: '',
    };
  },
};
