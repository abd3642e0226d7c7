import type { Slices } from '../../shared/overview.ts';
import { type ApiFailure, api, failureOf } from '../api.ts';

/** The dataset by one further column of the source. */
export class SlicesState {
  #slices = $state.raw<Slices | null>(null);
  #failure = $state.raw<ApiFailure | null>(null);
  #asked = 0;

  get slices(): Slices | null {
    return this.#slices;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** What was shown stays until the answer to the last question has come. */
  async load(column: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const slices = await api.slices(column);
      if (asked !== this.#asked) return;
      this.#slices = slices;
      this.#failure = null;
    } catch (error) {
      if (asked === this.#asked) this.#failure = failureOf(error);
    }
  }
}
