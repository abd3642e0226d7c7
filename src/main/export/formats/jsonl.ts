import { CLEANED_COLUMNS } from '../cleanedRows.ts';
import type { TextFormat } from '../format.ts';

const NUMBERS = new Set(['confidence_primary', 'confidence_corrected', 'flag_score']);

export const jsonl: TextFormat = {
  title: 'JSON Lines',
  description: 'The cleaned CSV as one JSON object a line; empty values are null.',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  holdsExcluded: true,
  namesFiles: false,

  *write(samples, { metadataOf, metadataColumns }) {
    for (const { row, sample } of samples) {
      const values = CLEANED_COLUMNS.map((column) => [column, jsonValue(column, row[column])]);
      const metadata = metadataColumns.length === 0 ? {} : { metadata: metadataOf(sample.id) };
      yield `${JSON.stringify({ ...Object.fromEntries(values), ...metadata })}\n`;
    }
  },
};

function jsonValue(column: string, text: string): string | number | null {
  if (text === '') return null;
  return NUMBERS.has(column) ? Number(text) : text;
}
