import type { Place } from '../../shared/api.ts';
import { api } from '../api.ts';
import { reviewHash } from '../route.ts';

const DELAY_MS = 250;

/**
 * Keeps the place in the address and in the project, a moment after the last move: browsers refuse an address
 * that changes with every repeat of a held key. A place belongs to the entry of the browser's history in which it
 * was reached. Only the address of the entry that is shown can be written: one that was left within that moment
 * gets its place when it is come back to.
 */
export class PlaceKeeper {
  #place: { place: Place; entry: string } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #left = new Map<string, string>();

  /** Names the entry of history that is shown. */
  get entry(): string {
    const { entry } = (history.state ?? {}) as { entry?: string };
    if (entry !== undefined) return entry;
    const named = crypto.randomUUID();
    history.replaceState({ entry: named }, '');
    return named;
  }

  /** @param entry in which the place was reached */
  remember(place: Place, entry: string): void {
    if (entry !== this.entry) {
      this.#left.set(entry, hashOf(place));
      return;
    }
    if (this.#place !== null && this.#place.entry !== entry) this.flush();
    this.#place = { place, entry };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), DELAY_MS);
  }

  /** Leaves out a place that was not kept yet. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#place = null;
  }

  /** Keeps the last place now, as when the page is being closed. */
  flush(): void {
    clearTimeout(this.#timer);
    if (this.#place === null) return;
    const { place, entry } = this.#place;
    this.#place = null;
    if (entry === this.entry) this.#write(place);
    else this.#left.set(entry, hashOf(place));
    // Where it fails, the next visit starts at the first image without a verdict: no reason for an alarm.
    api.savePlace(place).catch(() => undefined);
  }

  /** Another entry of history is shown now. @returns its address, with the place that it was left at */
  arrive(): string {
    this.flush();
    const { entry } = this;
    const hash = this.#left.get(entry);
    this.#left.delete(entry);
    if (hash !== undefined) history.replaceState(history.state, '', hash);
    return location.hash;
  }

  #write(place: Place): void {
    if (!location.hash.startsWith('#/review') && location.hash !== '') return;
    history.replaceState(history.state, '', hashOf(place));
  }
}

function hashOf({ request, sampleId, view }: Place): string {
  return reviewHash(request, sampleId, view);
}
