import {
  preferencesSchema,
  type StoredPreferences,
  THEMES,
  THUMBNAIL_SIDES,
  type Theme,
} from '../../protocol/preferences.ts';
import { api } from '../client/api.ts';

const STORAGE_KEY = 'grefel-relabel.preferences';
const SAVE_AFTER_MS = 400;

/** This browser's copy, so that the first paint has the right colours. */
function readCopy(): StoredPreferences {
  try {
    return preferencesSchema.parse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}'));
  } catch {
    // A browser may forbid storage, and anyone may have edited it: the defaults serve.
    return preferencesSchema.parse({});
  }
}

/**
 * This person's preferences for how the page looks and behaves; stored by the core, with a copy in this
 * browser.
 */
export class Preferences {
  #stored = $state.raw<StoredPreferences>(readCopy());
  #loaded = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#show();
  }

  /** Whether the core was asked: before that, a key may not be the one chosen for its action. */
  get loaded(): boolean {
    return this.#loaded;
  }

  get theme(): Theme {
    return this.#stored.theme;
  }

  /** Small faces are enlarged as squares instead of smoothly. */
  get pixelated(): boolean {
    return this.#stored.pixelated;
  }

  /** Small faces fill the stage, however much that enlarges them. */
  get fillStage(): boolean {
    return this.#stored.fillStage;
  }

  /** Which parts of the evidence were left open. */
  get whyOpen(): boolean {
    return this.#stored.whyOpen;
  }

  get detailsOpen(): boolean {
    return this.#stored.detailsOpen;
  }

  /** Side of a picture in the grid, in CSS pixels. */
  get thumbnailSide(): number {
    return this.#stored.thumbnailSide;
  }

  /** Keys that were changed, by the id of their action. */
  get keys(): Readonly<Record<string, readonly string[]>> {
    return this.#stored.keys;
  }

  get firstStepsDone(): boolean {
    return this.#stored.firstStepsDone;
  }

  finishFirstSteps(): void {
    this.#change({ firstStepsDone: true });
  }

  get tourDone(): boolean {
    return this.#stored.tourDone;
  }

  finishTour(): void {
    if (!this.tourDone) this.#change({ tourDone: true });
  }

  /** Loads the core's preferences; without an answer the copy of this browser is used. */
  async load(): Promise<void> {
    const kept = await api.preferences().catch(() => null);
    if (kept) this.#stored = kept;
    this.#loaded = true;
    this.#show();
  }

  nextTheme(): void {
    this.#change({ theme: THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length] ?? 'system' });
  }

  togglePixelated(): void {
    this.#change({ pixelated: !this.pixelated });
  }

  toggleFillStage(): void {
    this.#change({ fillStage: !this.fillStage });
  }

  /** Keeps which parts of the evidence are open; what is as it was is not saved again. */
  leaveOpen(part: 'whyOpen' | 'detailsOpen', open: boolean): void {
    if (this.#stored[part] !== open) this.#change({ [part]: open });
  }

  setThumbnailSide(thumbnailSide: number): void {
    this.#change({ thumbnailSide });
  }

  /** The next larger (1) or smaller (-1) of the usual sizes. */
  stepThumbnailSide(step: 1 | -1): void {
    const sides = step === 1 ? THUMBNAIL_SIDES : THUMBNAIL_SIDES.toReversed();
    const next = sides.find((side) => (side - this.thumbnailSide) * step > 0);
    if (next !== undefined) this.#change({ thumbnailSide: next });
  }

  /** Other keys for an action; null brings its own back. */
  setKeys(actionId: string, keys: readonly string[] | null): void {
    const { [actionId]: _before, ...others } = this.#stored.keys;
    this.#change({ keys: keys === null ? others : { ...others, [actionId]: [...keys] } });
  }

  resetKeys(): void {
    this.#change({ keys: {} });
  }

  #change(change: Partial<StoredPreferences>): void {
    this.#stored = { ...this.#stored, ...change };
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(), SAVE_AFTER_MS);
  }

  /** Saves the latest unsaved changes, as when the page is being closed. */
  keepNow(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Where it fails, the choice still holds for this visit, and the copy for this browser.
    void api.savePreferences(this.#stored).catch(() => undefined);
  }

  #show(): void {
    document.documentElement.dataset.theme = this.theme;
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(this.#stored));
    } catch {
      // Not kept then; the choice still holds for this visit.
    }
  }
}
