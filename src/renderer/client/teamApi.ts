import type { AssignmentRequest } from '../../domain/assignment.ts';
import type { RoundRequest } from '../../labelQuality/round.ts';
import type { Revised } from '../../protocol/revision.ts';
import type { AppliedDecisions, TeamState } from '../../protocol/team.ts';
import { requestOfDataset } from './api.ts';

/** Requests of the Team screen. Each rejects with an ApiFailure. */
export const teamApi = {
  team: () => requestOfDataset<Revised<TeamState>>('GET', '/team'),
  /** Deals the images; null takes the shares back. */
  assign: (plan: AssignmentRequest | null) =>
    requestOfDataset<Revised<TeamState>>('PUT', '/team/assignment', { plan }),
  /** Begins a round; null ends the one that runs. */
  setRound: (round: RoundRequest | null) =>
    requestOfDataset<Revised<TeamState>>('PUT', '/team/round', { round }),
  applyDecisions: (files: { name: string; text: string }[]) =>
    requestOfDataset<{ applied: AppliedDecisions; state: Revised<TeamState> }>('POST', '/team/decisions', {
      files,
    }),
};
