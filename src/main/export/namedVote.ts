import type { Vote } from '../../shared/votes.ts';
import type { Sample, StandingVote } from '../project/index.ts';

/** A vote in the dataset's own words. */
export function namedVote(
  { annotator, verdict, classIndex }: StandingVote,
  { givenClass }: Pick<Sample, 'givenClass'>,
  classNames: readonly string[],
): Vote {
  const label = verdict === 'relabelled' ? classIndex : givenClass;
  return { annotator, verdict, label: label === null ? null : (classNames[label] ?? null) };
}
