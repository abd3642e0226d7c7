import type { SampleDetail } from '../../shared/api.ts';
import { type Blindness, blindnessSchema } from '../../shared/review.ts';
import { scoresBy } from '../../shared/scores.ts';
import type { IndexedFlag, ProjectFile, StandingVote } from '../project/index.ts';

const SETTING = 'blindness';

export function readBlindness(project: ProjectFile): Blindness {
  return project.settings.read(SETTING, blindnessSchema) ?? { others: false, suggestion: false };
}

export function writeBlindness(project: ProjectFile, blindness: Blindness): void {
  project.settings.write(SETTING, blindness);
}

/** A flag that tells nothing of what the model reads. */
export function withoutSuggestion<Kind extends IndexedFlag>(flag: Kind): Kind {
  return {
    ...flag,
    suggestedClass: null,
    alternativeClass: null,
    alternativeProbability: null,
    scores: scoresBy(() => null),
  };
}

export function* withoutSuggestions(flags: Iterable<IndexedFlag>): Generator<IndexedFlag> {
  for (const flag of flags) yield withoutSuggestion(flag);
}

/** An annotator's own vote on an image, as if there were no others. */
export function ownVote(votes: readonly StandingVote[], annotator: string): StandingVote | null {
  return votes.findLast((vote) => vote.annotator === annotator && vote.role === 'vote') ?? null;
}

/** What an annotator who is blind may see of an image. */
export function blindDetail(
  detail: SampleDetail,
  { others, suggestion }: Blindness,
  annotator: string,
): SampleDetail {
  return {
    ...detail,
    reading: suggestion ? null : detail.reading,
    history: others ? detail.history.filter((entry) => entry.annotator === annotator) : detail.history,
  };
}
