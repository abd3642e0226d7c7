import { SvelteMap } from 'svelte/reactivity';
import type { SampleNeighbours } from '../../../protocol/api.ts';
import { api } from '../../client/api.ts';

/** Nobody looks at the neighbours of an image that is decided faster than this. */
const ASKED_AFTER_MS = 250;
const KEPT = 60;
export const NEIGHBOURS_SHOWN = 6;

/** The images most like the one on the screen. Searched for only once the eye rests on it. */
export class SimilarImages {
  #found = new SvelteMap<number, SampleNeighbours>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #search: AbortController | null = null;

  of(sampleId: number): SampleNeighbours | undefined {
    return this.#found.get(sampleId);
  }

  /** Cancels the current searches, and soon searches for these, one after another. */
  want(sampleIds: readonly number[]): void {
    clearTimeout(this.#timer);
    this.#search?.abort();
    const missing = sampleIds.filter((id) => !this.#found.has(id));
    if (missing.length > 0) this.#timer = setTimeout(() => void this.#find(missing), ASKED_AFTER_MS);
  }

  forgetAll(): void {
    clearTimeout(this.#timer);
    this.#search?.abort();
    this.#found.clear();
  }

  async #find(sampleIds: readonly number[]): Promise<void> {
    const search = new AbortController();
    this.#search = search;
    for (const id of sampleIds) {
      // Without an answer the panel keeps its skeleton; the connection's own message gives the reason.
      const found = await api.neighbours(id, NEIGHBOURS_SHOWN, search.signal).catch(() => null);
      if (search.signal.aborted || !found) return;
      this.#found.set(id, found);
      for (const oldest of this.#found.keys()) {
        if (this.#found.size <= KEPT) break;
        this.#found.delete(oldest);
      }
    }
  }
}
