import type { View } from '../../../protocol/queue.ts';
import type { Announcer } from '../../shell/announcer.svelte.ts';
import { plural } from '../../ui/wording.ts';
import type { SimilarImages } from '../evidence/similarImages.svelte.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Samples } from './samples.svelte.ts';
import type { Shown } from './shown.ts';

const MOST_ALIKE_COMPARED = 3;
const MOST_SURVEYED = 12;

interface ComparisonSource {
  readonly queue: Pick<ReviewQueue, 'at' | 'ensure'>;
  readonly neighbours: Pick<SimilarImages, 'of'>;
  readonly samples: Pick<Samples, 'detail'>;
  readonly selection: Pick<Selection, 'count' | 'ranges'>;
  readonly view: View;
  readonly shown: Shown | null;
  /** Whether a key would apply to the image on the screen. */
  readonly ready: boolean;
  showSingle(position: number): Promise<void>;
  showSample(id: number): Promise<void>;
  setView(view: View): Promise<void>;
}

/**
 * Images side by side: the one under review with the most similar ones, or a survey of those selected in the grid, one of which
 * is under review.
 */
export class Comparison {
  readonly #review: ComparisonSource;
  readonly #announcer: Announcer;
  #compared = $state.raw<readonly number[] | 'most similar'>([]);

  constructor(review: ComparisonSource, announcer: Announcer) {
    this.#review = review;
    this.#announcer = announcer;
  }

  /** Ids of the images side by side; a key applies to the one that is shown. Empty if there are none. */
  get sampleIds(): readonly number[] {
    if (this.#compared !== 'most similar') return this.#compared;
    const { shown, neighbours } = this.#review;
    if (shown === null) return [];
    const alike = (neighbours.of(shown.id)?.neighbours ?? []).map(({ id }) => id);
    return [shown.id, ...alike.filter((id) => id !== shown.id).slice(0, MOST_ALIKE_COMPARED)];
  }

  get active(): boolean {
    return this.#compared.length > 0;
  }

  /** The images selected in the grid are side by side. */
  get surveys(): boolean {
    return this.active && this.#compared !== 'most similar';
  }

  get possible(): boolean {
    const { view, selection, shown } = this.#review;
    return view === 'grid' ? selection.count > 1 : shown !== null;
  }

  end(): void {
    this.#compared = [];
  }

  /** Ends the comparison; a survey leads back to the grid. */
  async close(): Promise<void> {
    const { surveys } = this;
    this.end();
    if (surveys) await this.#review.setView('grid');
  }

  /** Another image is under review: a survey without it is over. */
  follow(id: number): void {
    if (this.surveys && !this.sampleIds.includes(id)) this.end();
  }

  /** Shows the images selected in the grid, or those most similar to the current one, side by side; or ends the comparison. */
  async toggle(): Promise<void> {
    if (this.active) return this.close();
    if (this.#review.view === 'single') this.#compared = 'most similar';
    else await this.#survey();
  }

  /** To the next image of a survey, or to the one before; nowhere from its ends. */
  async step(by: 1 | -1): Promise<void> {
    const next = this.sampleIds[this.#index + by];
    if (next !== undefined) await this.#review.showSample(next);
  }

  /** A decision was made in a survey: to the next image without one, if there is any. */
  async advance(): Promise<void> {
    const ids = this.sampleIds;
    const after = [...ids.slice(this.#index + 1), ...ids.slice(0, Math.max(0, this.#index))];
    const next = after.find((id) => this.#review.samples.detail(id)?.status === 'unreviewed');
    if (next !== undefined) await this.#review.showSample(next);
  }

  /** Takes an image out of a survey; the last one stays alone. */
  async remove(id: number | null = this.#review.shown?.id ?? null): Promise<void> {
    const ids = this.sampleIds;
    const at = id === null ? -1 : ids.indexOf(id);
    if (!this.surveys || at === -1) return;
    const left = ids.filter((other) => other !== id);
    const current = this.#review.shown?.id === id ? (left[at] ?? left[at - 1]) : this.#review.shown?.id;
    this.#compared = left.length > 1 ? left : [];
    if (current !== undefined) await this.#review.showSample(current);
  }

  /** Decides on an image of the survey, which is under review then. */
  async decideOn(id: number, decide: () => void): Promise<void> {
    await this.#review.showSample(id);
    if (this.#review.shown?.id === id && this.#review.ready) decide();
  }

  get #index(): number {
    return this.sampleIds.indexOf(this.#review.shown?.id ?? -1);
  }

  async #survey(): Promise<void> {
    const { selection, queue } = this.#review;
    const { count } = selection;
    const positions = selection.ranges
      .flatMap(({ start, end }) =>
        Array.from({ length: Math.min(end - start, MOST_SURVEYED) }, (_, index) => start + index),
      )
      .slice(0, MOST_SURVEYED);
    await Promise.all(positions.map((position) => queue.ensure(position))).catch(() => undefined);
    const ids = positions.flatMap((position) => queue.at(position)?.id ?? []);
    const [first] = positions;
    if (first === undefined || ids.length < 2) return;
    this.#compared = ids;
    await this.#review.showSingle(first);
    if (count > ids.length)
      this.#announcer.say(`The first ${plural(ids.length, 'image')} of ${count} are compared.`);
  }
}
