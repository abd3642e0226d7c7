import { stringify } from 'csv-stringify/sync';
import { softLabels } from '../../shared/votes.ts';
import type { ExportSource } from './cleanedRows.ts';
import { namedVote } from './namedVote.ts';

const ROWS_PER_CHUNK = 500;

/**
 * How many annotators chose each class, in the form in which FER+ gives its ten votes: `Usage,Image name`, a
 * column per class, `unknown` (ambiguous) and `NF` (excluded: not a face). Every image has a row.
 */
export async function* voteTable({ project, classNames }: ExportSource): AsyncGenerator<string> {
  const lines = (rows: (string | number)[][]) => stringify(rows, { record_delimiter: 'windows' });
  yield lines([['Usage', 'Image name', ...classNames, 'unknown', 'NF']]);
  const standing = Map.groupBy(project.verdicts.allVotes(), ({ sampleId }) => sampleId);
  let chunk: (string | number)[][] = [];
  for (const sample of project.samples.all()) {
    if (sample.state === 'vanished') continue;
    const votes = (standing.get(sample.id) ?? [])
      .filter(({ role }) => role === 'vote')
      .map((vote) => namedVote(vote, sample, classNames));
    const counts = new Map(softLabels(votes).map(({ label, count }) => [label, count]));
    const other = (verdict: string) => votes.filter((vote) => vote.verdict === verdict).length;
    const ofClasses = classNames.map((name) => counts.get(name) ?? 0);
    chunk.push([sample.split ?? '', sample.image, ...ofClasses, other('ambiguous'), other('excluded')]);
    if (chunk.length < ROWS_PER_CHUNK) continue;
    yield lines(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield lines(chunk);
}
