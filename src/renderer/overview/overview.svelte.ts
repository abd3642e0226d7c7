import type { Overview } from '../../protocol/overview.ts';
import type { Revised } from '../../protocol/revision.ts';
import { api } from '../client/api.ts';
import { type ApiFailure, failureOf } from '../client/failure.ts';
import { Newest } from '../client/newest.svelte.ts';

const REFRESH_AT_MOST_EVERY_MS = 1500;
const SKELETON_AFTER_MS = 150;

/** Summary of the dataset's review, kept up to date while the Overview is visible. */
export class OverviewState {
  readonly #overview = new Newest<Overview>();
  #failure = $state.raw<ApiFailure | null>(null);
  #slow = $state(false);
  #drawing = $state(false);
  #loadedAtMs = 0;
  #underWay = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get overview(): Overview | null {
    return this.#overview.value;
  }

  get failure(): ApiFailure | null {
    return this.#failure;
  }

  /** The first answer takes long enough to show that it is awaited. */
  get slow(): boolean {
    return this.#slow;
  }

  get drawing(): boolean {
    return this.#drawing;
  }

  /** Loads again, but not at every verdict of a fast hand or batch of a scan. */
  refresh(): void {
    clearTimeout(this.#timer);
    const wait = this.#loadedAtMs + REFRESH_AT_MOST_EVERY_MS - Date.now();
    if (wait > 0 || this.#underWay) this.#timer = setTimeout(() => this.refresh(), Math.max(wait, 100));
    else void this.load();
  }

  async load(): Promise<void> {
    this.#underWay = true;
    const skeleton = setTimeout(() => {
      this.#slow = true;
    }, SKELETON_AFTER_MS);
    try {
      this.#take(await api.overview());
      this.#failure = null;
    } catch (error) {
      this.#failure = failureOf(error);
    } finally {
      clearTimeout(skeleton);
      this.#slow = false;
      this.#underWay = false;
      this.#loadedAtMs = Date.now();
    }
  }

  /** Draws a random sample to review. */
  async drawAudit(size: number): Promise<void> {
    this.#drawing = true;
    try {
      this.#take(await api.drawAudit(size));
      this.#failure = null;
    } catch (error) {
      this.#failure = failureOf(error);
    } finally {
      this.#drawing = false;
    }
  }

  #take({ revision, ...overview }: Revised<Overview>): void {
    this.#overview.take(overview, revision);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
