import { stringify } from 'csv-stringify/sync';
import { emotionOf, FER_PLUS_COLUMNS } from '../../../shared/emotions.ts';
import { labelOf, type TextFormat } from '../format.ts';

const VOTES = 10;

/** https://github.com/microsoft/FERPlus: ten votes an image, here all for the label that stands. */
export const ferPlusVotes: TextFormat = {
  title: 'FER+ votes',
  description: 'A CSV of ten votes an image as FER+ has it, all for the clean label; excluded images are NF.',
  extension: '.csv',
  mediaType: 'text/csv; charset=utf-8',
  holdsExcluded: true,
  namesFiles: false,

  *write(samples) {
    yield stringify([['Usage', 'Image name', ...FER_PLUS_COLUMNS]]);
    for (const cleaned of samples) {
      const { row } = cleaned;
      const label = labelOf(cleaned);
      const emotion =
        label === null ? null : (emotionOf(label) ?? (FER_PLUS_COLUMNS.includes(label) ? label : 'unknown'));
      const column = row.status === 'excluded' ? 'NF' : emotion;
      yield stringify([
        [row.split, row.image, ...FER_PLUS_COLUMNS.map((name) => (name === column ? VOTES : 0))],
      ]);
    }
  },
};
