import type { AssignmentRequest } from '../../shared/assignment.ts';
import type { RoundRequest } from '../../shared/round.ts';
import type { AppliedDecisions, TeamState } from '../../shared/team.ts';
import { type ApiFailure, failureOf } from '../api.ts';
import { teamApi } from '../teamApi.ts';

/** Several annotators on one dataset, as the Team screen shows them. */
export class TeamView {
  #state = $state.raw<TeamState | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #applied = $state.raw<AppliedDecisions | null>(null);
  #busy = $state(false);
  #attempts = 0;

  get state(): TeamState | null {
    return this.#state;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** What became of the files that were taken in last. */
  get applied(): AppliedDecisions | null {
    return this.#applied;
  }

  get busy(): boolean {
    return this.#busy;
  }

  load(): Promise<boolean> {
    const attempts = this.#attempts + 1;
    return this.#attempt(async () => {
      const state = await teamApi.team();
      return attempts === this.#attempts ? state : this.#state; // overtaken, it tells of what was
    });
  }

  assign(plan: AssignmentRequest | null): Promise<boolean> {
    return this.#attempt(() => teamApi.assign(plan));
  }

  beginRound(round: RoundRequest): Promise<boolean> {
    return this.#attempt(() => teamApi.setRound(round));
  }

  endRound(): Promise<boolean> {
    return this.#attempt(() => teamApi.setRound(null));
  }

  applyFiles(files: readonly File[]): Promise<boolean> {
    return this.#attempt(async () => {
      const read = await Promise.all(
        files.map(async (file) => ({ name: file.name, text: await file.text() })),
      );
      const { applied, state } = await teamApi.applyDecisions(read);
      this.#applied = applied;
      return state;
    });
  }

  /** @returns whether it was done; why not is in `failure` */
  async #attempt(change: () => Promise<TeamState | null>): Promise<boolean> {
    this.#attempts++;
    this.#busy = true;
    try {
      this.#state = await change();
      this.#failure = null;
      return true;
    } catch (error) {
      this.#failure = failureOf(error);
      return false;
    } finally {
      this.#busy = false;
    }
  }
}
