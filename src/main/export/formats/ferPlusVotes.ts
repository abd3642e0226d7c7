import { stringify } from 'csv-stringify/sync';
import { EMOTIONS, emotionOf, FER_PLUS_COLUMNS } from '../../../shared/emotions.ts';
import type { CleanedSample } from '../cleanedRows.ts';
import { labelOf, type TextFormat } from '../format.ts';
import { voteCounts } from '../voteCounts.ts';

const VOTES = 10;

/** https://github.com/microsoft/FERPlus: votes an image: the annotators' own, or ten for the label where there are none. */
export const ferPlusVotes: TextFormat = {
  title: 'FER+ votes',
  description:
    'A CSV of votes an image as FER+ has it: those of the annotators, or ten for the label of an image that nobody judged.',
  extension: '.csv',
  mediaType: 'text/csv; charset=utf-8',
  holdsExcluded: true,
  namesFiles: false,

  *write(samples, { votesOf }) {
    yield stringify([['Usage', 'Image name', ...FER_PLUS_COLUMNS]]);
    for (const cleaned of samples) {
      const { row, sample } = cleaned;
      const votes = votesOf(sample);
      const counts = votes.length > 0 ? voteCounts(votes, EMOTIONS, emotionOf) : madeUp(cleaned);
      yield stringify([[row.split, row.image, ...counts]]);
    }
  },
};

/** All votes for what stands. */
function madeUp(cleaned: CleanedSample): number[] {
  const label = labelOf(cleaned);
  const emotion =
    label === null ? null : (emotionOf(label) ?? (FER_PLUS_COLUMNS.includes(label) ? label : 'unknown'));
  const column = cleaned.row.status === 'excluded' ? 'NF' : emotion;
  return FER_PLUS_COLUMNS.map((name) => (name === column ? VOTES : 0));
}
