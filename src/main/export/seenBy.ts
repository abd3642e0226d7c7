import type { ProjectFile, Sample, StandingVote } from '../project/index.ts';

/** The viewer of exported labels, if that is not everyone together. */
export interface SeenBy {
  annotator: string;
  /** Only this annotator's verdicts, as if there were no others. */
  ownOnly: boolean;
  /** Hides the model's predictions. */
  withoutPredictions: boolean;
  /**
   * Images of the annotator's open blind round. None of their decisions are shown: what is missing, or was decided before, would
   * tell which of them are asked again.
   */
  openRound: ReadonlySet<number>;
}

const UNDECIDED = {
  currentVerdict: null,
  currentClass: null,
  currentAnnotators: null,
  currentDecidedAt: null,
} satisfies Partial<Sample>;

/** An annotator's own vote on an image, as if there were no others. */
export function ownVote(votes: readonly StandingVote[], annotator: string): StandingVote | null {
  return votes.findLast((vote) => vote.annotator === annotator && vote.role === 'vote') ?? null;
}

/** A sample with the decision that counts for this viewer. */
export function seenSample(project: ProjectFile, seenBy: SeenBy | null, sample: Sample): Sample {
  if (seenBy?.openRound.has(sample.id)) return { ...sample, ...UNDECIDED };
  if (!seenBy?.ownOnly) return sample;
  const own =
    sample.currentVerdict === null ? null : ownVote(project.verdicts.votesOf(sample.id), seenBy.annotator);
  return {
    ...sample,
    currentVerdict: own?.verdict ?? null,
    currentClass: own?.classIndex ?? null,
    currentAnnotators: own?.annotator ?? null,
    currentDecidedAt: own?.decidedAt ?? null,
  };
}

/** The votes that the viewer may see. */
export function seenVotes<OneVote extends { annotator: string; sampleId: number }>(
  seenBy: SeenBy | null,
  votes: readonly OneVote[],
): readonly OneVote[] {
  if (seenBy === null) return votes;
  const { annotator: viewer, ownOnly, openRound } = seenBy;
  return votes.filter(
    ({ annotator, sampleId }) => !openRound.has(sampleId) && (!ownOnly || annotator === viewer),
  );
}
