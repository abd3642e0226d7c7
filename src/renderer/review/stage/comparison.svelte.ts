import type { View } from '../../../protocol/queue.ts';
import type { Neighbours } from '../evidence/neighbours.svelte.ts';
import { NEIGHBOURS_SHOWN } from '../evidence/neighbours.svelte.ts';
import type { Selection } from '../grid/selection.svelte.ts';
import type { ReviewQueue } from '../queue/queue.svelte.ts';
import type { Shown } from './shown.ts';

const MOST_ALIKE_COMPARED = 3;

interface ComparisonSource {
  readonly queue: Pick<ReviewQueue, 'at'>;
  readonly neighbours: Pick<Neighbours, 'of'>;
  readonly selection: Pick<Selection, 'count' | 'ranges'>;
  readonly view: View;
  readonly shown: Shown | null;
  showSingle(position: number): Promise<void>;
}

/** The images compared with the one under review: those selected in the grid, or the most similar ones. */
export class Comparison {
  readonly #review: ComparisonSource;
  #compared = $state.raw<readonly number[] | 'most similar'>([]);

  constructor(review: ComparisonSource) {
    this.#review = review;
  }

  /** Ids of the images compared with the one under review; empty if there are none. */
  get sampleIds(): readonly number[] {
    if (this.#compared !== 'most similar') return this.#compared;
    const { shown, neighbours } = this.#review;
    const alike = shown ? (neighbours.of(shown.id)?.neighbours ?? []) : [];
    return alike.slice(0, MOST_ALIKE_COMPARED).map(({ id }) => id);
  }

  get active(): boolean {
    return this.#compared.length > 0;
  }

  get possible(): boolean {
    const { view, selection, shown } = this.#review;
    return view === 'grid' ? selection.count > 1 : shown !== null;
  }

  end(): void {
    this.#compared = [];
  }

  /**
   * Shows the images selected in the grid, or those most similar to the current one, side by side; or ends
   * the comparison.
   */
  async toggle(): Promise<void> {
    const { view, selection, queue } = this.#review;
    if (view === 'single') {
      this.#compared = this.active ? [] : 'most similar';
      return;
    }
    const positions = selection.ranges
      .flatMap(({ start, end }) =>
        Array.from({ length: Math.min(end - start, NEIGHBOURS_SHOWN) }, (_, index) => start + index),
      )
      .slice(0, NEIGHBOURS_SHOWN);
    const [first] = positions;
    if (first === undefined) return;
    this.#compared = positions.flatMap((position) => queue.at(position)?.id ?? []);
    await this.#review.showSingle(first);
  }
}
