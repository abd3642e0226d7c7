import { SvelteSet } from 'svelte/reactivity';
import { thumbnailAddress } from '../client/pictureAddresses.svelte.ts';

/** CSS pixels. */
export const SMALL_SIDE = 48;
/** Of at most 96 by 96 pixels: 15 MB, were all of them decoded. */
const KEPT = 400;

/**
 * The small pictures around the image under review. They are loaded before they are shown, and those
 * requested together are shown together: each separate arrival would cost a frame, while the next key waits.
 */
export class Thumbnails {
  /** By address, the one that was asked for longest ago first. Holding the element keeps the picture alive. */
  readonly #elements = new Map<string, HTMLImageElement>();
  readonly #ready = new SvelteSet<string>();

  /** Whether the picture can be shown at once, or cannot be had at all. */
  has(id: number): boolean {
    return this.#ready.has(thumbnailAddress(id, SMALL_SIDE));
  }

  async want(ids: readonly number[]): Promise<void> {
    const wanted = [...new Set(ids)].map((id) => thumbnailAddress(id, SMALL_SIDE));
    const missing = wanted.filter((address) => !this.#keep(address));
    if (missing.length === 0) return;
    const loaded = missing.map((address) => this.#load(address));
    this.#dropOldest();
    await Promise.all(loaded);
    for (const address of missing) if (this.#elements.has(address)) this.#ready.add(address);
  }

  /** Another project was opened, or its pictures are others now. */
  forgetAll(): void {
    this.#elements.clear();
    this.#ready.clear();
  }

  /** @returns whether it was asked for before */
  #keep(address: string): boolean {
    const element = this.#elements.get(address);
    if (element === undefined) return false;
    this.#elements.delete(address);
    this.#elements.set(address, element);
    return true;
  }

  /** Resolves once it is loaded, or has failed: its place on the screen reports that itself. */
  #load(address: string): Promise<void> {
    const element = new Image();
    this.#elements.set(address, element);
    return new Promise((resolve) => {
      element.onload = () => resolve();
      element.onerror = () => resolve();
      element.fetchPriority = 'low';
      element.src = address;
    });
  }

  #dropOldest(): void {
    for (const address of this.#elements.keys()) {
      if (this.#elements.size <= KEPT) return;
      this.#elements.delete(address);
      this.#ready.delete(address);
    }
  }
}
