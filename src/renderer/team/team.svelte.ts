import type { AssignmentRequest } from '../../domain/assignment.ts';
import { decodeText } from '../../domain/textEncoding.ts';
import type { RoundRequest } from '../../labelQuality/round.ts';
import type { Revised } from '../../protocol/revision.ts';
import type { AppliedDecisions, DecisionFile, TeamState } from '../../protocol/team.ts';
import { holdDataset } from '../client/ask.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { Newest } from '../client/newest.svelte.ts';
import { teamApi } from '../client/teamApi.ts';

/** Several annotators on one dataset, as the Team screen shows them. */
export class TeamView {
  readonly #state = new Newest<TeamState>();
  #failure = $state.raw<ApiFailure | null>(null);
  #applied = $state.raw<AppliedDecisions | null>(null);
  #busy = $state(false);
  #underWay = 0;

  get state(): TeamState | null {
    return this.#state.value;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** What became of the files imported last. */
  get applied(): AppliedDecisions | null {
    return this.#applied;
  }

  get busy(): boolean {
    return this.#busy;
  }

  load(): Promise<boolean> {
    return this.#attempt(() => teamApi.team());
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
    const checkDataset = holdDataset();
    return this.#attempt(async () => {
      const read = await Promise.all(files.map(contentOf));
      checkDataset();
      const { applied, state } = await teamApi.applyDecisions(read);
      this.#applied = applied;
      return state;
    });
  }

  /** @returns whether it was done; why not is in `failure` */
  async #attempt(change: () => Promise<Revised<TeamState>>): Promise<boolean> {
    this.#underWay++;
    this.#busy = true;
    try {
      const { revision, ...state } = await change();
      this.#state.take(state, revision);
      this.#failure = null;
      return true;
    } catch (error) {
      this.#failure = failureOf(error);
      return false;
    } finally {
      this.#underWay--;
      this.#busy = this.#underWay > 0;
    }
  }
}

/** As text where the encoding is certain; the core guesses any other. */
async function contentOf(file: File): Promise<DecisionFile> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = decodeText(bytes);
  return text === null ? { name: file.name, base64: toBase64(bytes) } : { name: file.name, text };
}

/** Whole groups of three bytes, so that the pieces can be joined. */
const BYTES_AT_ONCE = 3 * 2 ** 13;

function toBase64(bytes: Uint8Array): string {
  let encoded = '';
  for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE)
    encoded += btoa(String.fromCharCode(...bytes.subarray(at, at + BYTES_AT_ONCE)));
  return encoded;
}
