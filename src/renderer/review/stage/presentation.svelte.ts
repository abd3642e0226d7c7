import { LatestOnly } from '../../client/latestOnly.ts';
import { Beside } from './beside.svelte.ts';
import type { Picture, Samples } from './samples.svelte.ts';
import type { Shown } from './shown.ts';

const SKELETON_AFTER_MS = 150;

/**
 * Which image is on the screen.
 *
 * A picture replaces the previous one only when it is decoded, and only then can be decided on: no key can
 * label an image that nobody has seen.
 */
export class Presentation {
  #shown = $state.raw<Shown | null>(null);
  #wanted = $state<number | null>(null);
  readonly #samples: Samples;
  readonly #moves = new LatestOnly();
  readonly #beside = new Beside();

  constructor(samples: Samples) {
    this.#samples = samples;
  }

  get shown(): Shown | null {
    return this.#shown;
  }

  /** The image that the side panels describe: a moment behind the screen. */
  get beside(): Shown | null {
    return this.#beside.shown;
  }

  /** Whether the image that was asked for last is on the screen. */
  get settled(): boolean {
    return this.#shown !== null && this.#shown.id === this.#wanted;
  }

  /** Begins a move; the answer stays true until the next one begins. */
  begin(): () => boolean {
    return this.#moves.begin();
  }

  clear(): void {
    this.#moves.end();
    this.#beside.clear();
    this.#shown = null;
    this.#wanted = null;
  }

  /** Shows an image as soon as its picture is there; false where a later move overtook it. */
  async show(id: number, position: number | null, isCurrent: () => boolean): Promise<boolean> {
    this.#wanted = id;
    const picture = this.#samples.picture(id) ?? (await this.#waitForPicture(id, isCurrent));
    if (!isCurrent() || picture === null) return false;
    void this.#samples.loadDetail(id);
    this.#shown = { id, position, picture };
    this.#beside.follow(this.#shown);
    return true;
  }

  async #waitForPicture(id: number, isCurrent: () => boolean): Promise<Picture | null> {
    // The image before stays for a moment: an empty stage that flashes is worse than a short wait.
    const skeleton = setTimeout(() => {
      if (!isCurrent()) return;
      this.#shown = null;
      this.#beside.clear();
    }, SKELETON_AFTER_MS);
    const picture = await this.#samples.loadPicture(id);
    clearTimeout(skeleton);
    return picture;
  }
}
