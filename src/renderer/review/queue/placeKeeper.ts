import type { Place } from '../../../protocol/api.ts';
import { api } from '../../client/api.ts';
import { openedDataset } from '../../client/openedDataset.svelte.ts';
import { reviewHash } from '../../client/route.ts';

const DELAY_MS = 250;

/**
 * Keeps the place in the address and in the project, a moment after the last move: browsers refuse an address
 * that changes with every repeat of a held key. A place belongs to the entry of the browser's history in which it
 * was reached. Only the address of the entry that is shown can be written: one that was left within that moment
 * gets its place when it is come back to.
 */
export class PlaceKeeper {
  #place: { place: Place; entry: string; opening: string | null } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #left = new Map<string, string>();

  /** Names the entry of history that is shown, and with it the opening of the dataset that its address is about. */
  get entry(): string {
    const { entry } = readEntry();
    if (entry !== undefined) return entry;
    const named = crypto.randomUUID();
    history.replaceState({ entry: named, opening: openedDataset.opening } satisfies HistoryEntry, '');
    return named;
  }

  /** Whether the current address belongs to another dataset, whose images have the same numbers. */
  get isOfOtherDataset(): boolean {
    const { opening } = readEntry();
    return typeof opening === 'string' && openedDataset.nowOf(opening) === null;
  }

  /** @param entry in which the place was reached */
  remember(place: Place, entry: string): void {
    if (entry !== this.entry) {
      this.#left.set(entry, hashOf(place));
      return;
    }
    if (this.#place !== null && this.#place.entry !== entry) this.flush();
    this.#place = { place, entry, opening: openedDataset.opening };
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
    const opening = openedDataset.nowOf(this.#place.opening);
    this.#place = null;
    if (opening === null) return;
    if (entry === this.entry) this.#write(place);
    else this.#left.set(entry, hashOf(place));
    // Where it fails, the next visit starts at the first image without a verdict: no reason for an alarm.
    api.savePlace(opening, place).catch(() => undefined);
  }

  /** Another entry of history is shown now. @returns its address, with the place that it was left at */
  arrive(): string {
    this.flush();
    if (this.isOfOtherDataset) this.forgetAddress();
    const { entry } = this;
    const hash = this.#left.get(entry);
    this.#left.delete(entry);
    if (hash !== undefined) history.replaceState(history.state, '', hash);
    return location.hash;
  }

  /** The current address belongs to another dataset: only its screen is kept. */
  forgetAddress(): void {
    const [path] = location.hash.split('?');
    history.replaceState(null, '', path === '' ? ' ' : path);
  }

  #write(place: Place): void {
    if (!location.hash.startsWith('#/review') && location.hash !== '') return;
    history.replaceState(history.state, '', hashOf(place));
  }
}

interface HistoryEntry {
  entry: string;
  opening: string | null;
}

const readEntry = (): Partial<HistoryEntry> => (history.state ?? {}) as Partial<HistoryEntry>;

function hashOf({ request, sampleId, view }: Place): string {
  return reviewHash(request, sampleId, view);
}
