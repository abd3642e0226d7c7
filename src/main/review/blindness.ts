import { scoresBy } from '../../labelQuality/scores/index.ts';
import type { SampleDetail } from '../../protocol/api.ts';
import { type Blindness, blindnessSchema } from '../../protocol/review.ts';
import type { IndexedFlag, ProjectFile } from '../project/index.ts';
import { type Round, readRound } from './round.ts';

const SETTING = 'blindness';

export function readBlindness(project: ProjectFile): Blindness {
  return project.settings.read(SETTING, blindnessSchema) ?? { others: false, suggestion: false };
}

/** What is hidden from an annotator now: their choice, and during a round also the model's predictions. */
export function blindnessOf(project: ProjectFile, annotator: string): Blindness {
  const { others, suggestion } = readBlindness(project);
  return { others, suggestion: suggestion || readRound(project, annotator) !== null };
}

export function writeBlindness(project: ProjectFile, blindness: Blindness): void {
  project.settings.write(SETTING, blindness);
}

/** A flag that reveals nothing about the model's predictions. */
export function withoutSuggestion<Kind extends IndexedFlag>(flag: Kind): Kind {
  return {
    ...flag,
    suggestedClass: null,
    alternativeClass: null,
    alternativeProbability: null,
    truth: null,
    scores: scoresBy(() => null),
  };
}

export function* withoutSuggestions(flags: Iterable<IndexedFlag>): Generator<IndexedFlag> {
  for (const flag of flags) yield withoutSuggestion(flag);
}

/** What an annotator may see of an image. */
export function seenDetail(
  detail: SampleDetail,
  { others, suggestion }: Blindness,
  annotator: string,
  round: Round | null,
): SampleDetail {
  // For an image that is asked again only their decision in this round, as for any other image of the round.
  const since = round?.repeats.includes(detail.id) ? round.startedAt : '';
  const history = detail.history.filter(
    (entry) => (!others && since === '') || (entry.annotator === annotator && entry.decidedAt >= since),
  );
  return {
    ...detail,
    history,
    votes: others || since !== '' ? [] : detail.votes,
    prediction: suggestion ? null : detail.prediction,
  };
}
