import { CsvWriter } from '../csvWriter.ts';
import { csvCells, csvColumns } from '../exportColumns.ts';
import { CSV } from '../exported.ts';
import { textFormat } from '../textFormat.ts';

export const csv = textFormat({
  title: 'Cleaned CSV',
  description: 'One row per image: given and clean label, status, annotator, time, and predictions.',
  extension: '.csv',
  mediaType: CSV,
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
});
