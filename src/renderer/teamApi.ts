import type { AssignmentRequest } from '../shared/assignment.ts';
import type { Revised } from '../shared/revision.ts';
import type { RoundRequest } from '../shared/round.ts';
import type { AppliedDecisions, TeamState } from '../shared/team.ts';
import { request } from './api.ts';

/** Requests of the Team screen. Each rejects with an ApiFailure. */
export const teamApi = {
  team: () => request<Revised<TeamState>>('GET', '/api/team'),
  /** Deals the images; null takes the shares back. */
  assign: (plan: AssignmentRequest | null) =>
    request<Revised<TeamState>>('PUT', '/api/team/assignment', { plan }),
  /** Begins a round; null ends the one that runs. */
  setRound: (round: RoundRequest | null) => request<Revised<TeamState>>('PUT', '/api/team/round', { round }),
  applyDecisions: (files: { name: string; text: string }[]) =>
    request<{ applied: AppliedDecisions; state: Revised<TeamState> }>('POST', '/api/team/decisions', {
      files,
    }),
};
