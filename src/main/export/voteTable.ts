import { stringify } from 'csv-stringify/sync';
import { EMOTIONS, emotionOf } from '../../shared/emotions.ts';
import type { ExportSource } from './cleanedRows.ts';
import { namedVote } from './namedVote.ts';
import { seenVotes } from './seenBy.ts';
import { voteCounts } from './voteCounts.ts';

const ROWS_PER_CHUNK = 500;

/**
 * How many annotators chose each class, in the form in which FER+ gives its ten votes: `Usage,Image name`, FER+'s
 * emotions (a column per class where a class is none of them), `unknown` (ambiguous) and `NF` (excluded: not a face).
 * Every image has a row.
 */
export async function* voteTable({ project, classNames, seenBy }: ExportSource): AsyncGenerator<string> {
  const lines = (rows: (string | number)[][]) => stringify(rows, { record_delimiter: 'windows' });
  const emotions = classNames.map(emotionOf);
  const inFerPlus = emotions.every((emotion) => emotion !== null);
  const columns: readonly string[] = inFerPlus ? EMOTIONS : classNames;
  const columnOf = (label: string) => (inFerPlus ? emotionOf(label) : label);
  yield lines([['Usage', 'Image name', ...columns, 'unknown', 'NF']]);
  const standing = Map.groupBy(seenVotes(seenBy, project.verdicts.allVotes()), ({ sampleId }) => sampleId);
  let chunk: (string | number)[][] = [];
  for (const sample of project.samples.all()) {
    if (sample.state === 'vanished') continue;
    const votes = (standing.get(sample.id) ?? [])
      .filter(({ role }) => role === 'vote')
      .map((vote) => namedVote(vote, sample, classNames));
    chunk.push([sample.split ?? '', sample.image, ...voteCounts(votes, columns, columnOf)]);
    if (chunk.length < ROWS_PER_CHUNK) continue;
    yield lines(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield lines(chunk);
}
