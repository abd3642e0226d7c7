import type { Place } from '../../shared/api.ts';
import { api } from '../api.ts';
import { reviewHash } from '../route.ts';

const DELAY_MS = 250;

/**
 * Keeps the place in the address and in the project, a moment after the last move: browsers refuse an address
 * that changes with every repeat of a held key.
 */
export class PlaceKeeper {
  #place: Place | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  remember(place: Place): void {
    this.#place = place;
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
    const place = this.#place;
    if (!place) return;
    this.#place = null;
    const hash = reviewHash(place.request, place.sampleId, place.view);
    if (location.hash.startsWith('#/review') || location.hash === '') history.replaceState(null, '', hash);
    // Where it fails, the next visit starts at the first image without a verdict: no reason for an alarm.
    api.savePlace(place).catch(() => undefined);
  }
}
