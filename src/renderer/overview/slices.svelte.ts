import type { Slices } from '../../protocol/overview.ts';
import { api } from '../client/api.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { LatestOnly, OVERTAKEN } from '../client/latestOnly.ts';

/** The dataset by one further column of the source, or by two. */
export class SlicesState {
  #slices = $state.raw<Slices | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  readonly #questions = new LatestOnly();

  get slices(): Slices | null {
    return this.#slices;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** The previous content stays until the latest request is answered. */
  async load(columns: readonly string[]): Promise<void> {
    try {
      const slices = await this.#questions.ask(() => api.slices(columns));
      if (slices === OVERTAKEN) return;
      this.#slices = slices;
      this.#failure = null;
    } catch (error) {
      this.#failure = failureOf(error);
    }
  }
}
