import { jsonValues } from '../exportColumns.ts';
import { jsonLines, textFormat } from '../textFormat.ts';

export const jsonl = textFormat({
  title: 'JSON Lines',
  description: 'The cleaned CSV as one JSON object per line; empty values are null.',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  holdsExcluded: true,
  namesFiles: false,
  needsFile: false,
  shape: 'lines',

  begin: ({ metadataColumns }) =>
    jsonLines(({ row, metadata }) => ({
      ...jsonValues(row),
      ...(metadataColumns.length === 0 ? {} : { metadata }),
    })),
});
