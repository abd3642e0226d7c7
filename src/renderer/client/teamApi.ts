import type { AssignmentRequest } from '../../domain/assignment.ts';
import type { RoundRequest } from '../../labelQuality/round.ts';
import type { DecisionFile } from '../../protocol/team.ts';
import { readOf, requestChange } from './ask.ts';

/** Requests of the Team screen. Each rejects with an ApiFailure. */
export const teamApi = {
  team: () => readOf((dataset) => dataset.team.$get()),
  /** Assigns the images; null undoes the assignment. */
  assign: (plan: AssignmentRequest | null) =>
    requestChange((dataset) => dataset.team.assignment.$put({ json: { plan } })),
  /** Begins a round; null ends the one that runs. */
  setRound: (round: RoundRequest | null) =>
    requestChange((dataset) => dataset.team.round.$put({ json: { round } })),
  applyDecisions: (files: DecisionFile[]) =>
    requestChange((dataset) => dataset.team.decisions.$post({ json: { files } })),
};
