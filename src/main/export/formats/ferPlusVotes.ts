import { EMOTIONS, type Emotion, FER_PLUS_COLUMNS } from '../../../domain/emotions.ts';
import type { CleanedSample } from '../cleanedRows.ts';
import { CsvWriter } from '../csvWriter.ts';
import { CSV } from '../exported.ts';
import { labelOf } from '../labelledSamples.ts';
import { type ExportContext, textFormat } from '../textFormat.ts';
import { voteCounts } from '../voteCounts.ts';

const VOTES = 10;

/**
 * https://github.com/microsoft/FERPlus: votes for each image: the annotators' own, or ten for its label if
 * there are none.
 */
export const ferPlusVotes = textFormat({
  title: 'FER+ votes',
  description:
    'A CSV of votes per image, as in FER+: those of the annotators, or ten for the given label of an unreviewed image.',
  extension: '.csv',
  mediaType: CSV,
  holdsExcluded: true,
  namesFiles: false,
  needsFile: false,
  shape: 'table',

  begin({ votesOf, emotionOfClass }) {
    const columns = [
      { name: 'Usage' },
      { name: 'Image name', isFileName: true },
      ...FER_PLUS_COLUMNS.map((name) => ({ name })),
    ];
    const writer = new CsvWriter(columns, '\n'); // as FER+'s own file
    const columnOf = ferPlusColumn(emotionOfClass);
    const entry = (cleaned: CleanedSample) => {
      const votes = votesOf(cleaned.sample);
      const counts = votes.length > 0 ? voteCounts(votes, EMOTIONS, columnOf) : madeUp(cleaned, columnOf);
      return writer.line([cleaned.row.split, cleaned.row.image, ...counts]);
    };
    return { head: writer.header(), entry, separator: '', tail: '' };
  },
});

/** The column of a class: its emotion, or the column that it is named after, as FER+'s own classes are. */
export function ferPlusColumn(
  emotionOfClass: ExportContext['emotionOfClass'],
): (label: string) => Emotion | 'unknown' | 'NF' | null {
  return (label) => emotionOfClass(label) ?? (label === 'unknown' || label === 'NF' ? label : null);
}

/** All votes for the clean label. */
function madeUp(cleaned: CleanedSample, columnOf: (label: string) => string | null): number[] {
  const label = labelOf(cleaned);
  const emotion = label === null ? null : (columnOf(label) ?? 'unknown');
  const column = cleaned.row.status === 'excluded' ? 'NF' : emotion;
  return FER_PLUS_COLUMNS.map((name) => (name === column ? VOTES : 0));
}
