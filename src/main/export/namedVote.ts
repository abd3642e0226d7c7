import type { Vote } from '../../domain/votes.ts';
import type { Sample, StandingVote } from '../project/index.ts';
import type { ExportSource } from './exportSource.ts';
import { seenVotes } from './seenBy.ts';

/** A vote in terms of the dataset's classes. */
export function namedVote(
  { annotator, verdict, classIndex }: StandingVote,
  { givenClass }: Pick<Sample, 'givenClass'>,
  classNames: readonly string[],
): Vote {
  const label = verdict === 'relabelled' ? classIndex : givenClass;
  return { annotator, verdict, label: label === null ? null : (classNames[label] ?? null) };
}

/** Each annotator's decision on an image, as far as the person who exports may see it. */
export function namedVotes(
  { project, classNames, seenBy }: Pick<ExportSource, 'project' | 'classNames' | 'seenBy'>,
  sample: Sample,
): Vote[] {
  return seenVotes(seenBy, project.verdicts.votesOf(sample.id))
    .filter(({ role }) => role === 'vote')
    .map((vote) => namedVote(vote, sample, classNames));
}

/**
 * Everyone whose decision counts for an image, including the adjudication of a disagreement, as far as it may
 * be seen.
 */
export function annotatorsOf(
  { project, seenBy }: Pick<ExportSource, 'project' | 'seenBy'>,
  sample: Sample,
): string[] {
  const standing = seenVotes(seenBy, project.verdicts.votesOf(sample.id)).filter(
    ({ role }) => role !== 'repeat',
  );
  return [...new Set(standing.map(({ annotator }) => annotator))];
}
