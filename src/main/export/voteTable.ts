import { EMOTIONS } from '../../domain/emotions.ts';
import { classEmotions } from './classEmotions.ts';
import { CsvWriter } from './csvWriter.ts';
import type { ExportSource } from './exportSource.ts';
import { ferPlusColumn } from './formats/ferPlusVotes.ts';
import { namedVotes } from './namedVote.ts';
import { voteCounts } from './voteCounts.ts';

/**
 * How many annotators chose each class, in the form of FER+'s ten votes: `Usage,Image name`, FER+'s emotions
 * (one column for each class if a class is none of them), `unknown` (ambiguous) and `NF` (excluded: not a
 * face). Every image has a row.
 */
export function voteTable(source: ExportSource): AsyncGenerator<string> {
  const { project, classNames } = source;
  const emotions = classEmotions(source);
  const inFerPlus = ferPlusColumn((name) => emotions.get(name) ?? null);
  const isFerPlus = classNames.every((name) => inFerPlus(name) !== null);
  const columns: readonly string[] = isFerPlus ? EMOTIONS : classNames;
  const columnOf = isFerPlus ? inFerPlus : (label: string) => label;
  const writer = new CsvWriter([
    { name: 'Usage' },
    { name: 'Image name', isFileName: true },
    ...[...columns, 'unknown', 'NF'].map((name) => ({ name })),
  ]);
  function* rows() {
    for (const sample of project.samples.all()) {
      if (sample.state === 'vanished') continue;
      const votes = sample.currentVerdict === null ? [] : namedVotes(source, sample);
      yield [sample.split ?? '', sample.image, ...voteCounts(votes, columns, columnOf)];
    }
  }
  return writer.chunks(rows());
}
