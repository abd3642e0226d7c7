import { SHOWS, type Show } from '../../protocol/shows.ts';
import { KindHistogram } from './kindHistogram.ts';
import { KindNumbers } from './kindNumbers.ts';
import type { SelectableRows } from './selectableRows.ts';
import { ALL_SELECTIONS, occupiedSelections, type SelectionTest } from './selections.ts';

/** A bit for each selection of the queue, in the order of SHOWS. */
export const SHOW_BITS = Object.fromEntries(SHOWS.map((show, place) => [show, 1 << place])) as Record<
  Show,
  number
>;

/** What all rows of a kind share, each by the number of the kind. */
interface KindFacts {
  given: number[];
  suggested: number[];
  split: number[];
  status: number[];
  /** Bits of SHOW_BITS. */
  shows: number[];
}

/**
 * Rows of a kind have the same labels, split and status and are in the same selections, so that filters by these
 * take all of them or none. There are some hundreds of kinds: a filter is decided and counted for each of these,
 * not for a million rows.
 */
export class RowKinds {
  /** The kind of each row. */
  readonly of: Uint32Array;
  /** Rows of each kind. */
  readonly counts: number[] = [];
  readonly facts: KindFacts = { given: [], suggested: [], split: [], status: [], shows: [] };
  readonly #index: SelectableRows;
  readonly #numbers = new KindNumbers();
  readonly #histograms = new Map<Float32Array, KindHistogram>();

  constructor(index: SelectableRows) {
    this.#index = index;
    this.of = new Uint32Array(index.size);
    const tests = occupiedSelections(index);
    for (let row = 0; row < index.size; row++) this.#enter(row, tests);
  }

  get size(): number {
    return this.counts.length;
  }

  /** Rows of each kind by their values in a column, which may only change between `leave` and `enter` or `stay`. */
  histogram(column: Float32Array): KindHistogram {
    let histogram = this.#histograms.get(column);
    if (histogram === undefined) {
      histogram = new KindHistogram(column);
      for (let row = 0; row < column.length; row++) histogram.count(this.of[row] as number, row, 1);
      this.#histograms.set(column, histogram);
    }
    return histogram;
  }

  /** A row is about to change. */
  leave(row: number): void {
    this.#count(this.of[row] as number, row, -1);
  }

  /** A row has changed, and may be of another kind now. */
  enter(row: number): void {
    this.#enter(row, ALL_SELECTIONS);
  }

  /** A row has changed in a column of a histogram, and is of the same kind. */
  stay(row: number): void {
    this.#count(this.of[row] as number, row, 1);
  }

  #enter(row: number, tests: readonly SelectionTest[]): void {
    const { given, suggested, split, status } = this.#index;
    let shows = 0;
    for (let at = 0; at < tests.length; at++) {
      const { place, holds } = tests[at] as SelectionTest;
      if (holds(this.#index, row)) shows |= 1 << place;
    }
    const labels = ((given[row] as number) << 16) | ((suggested[row] as number) & 0xffff);
    const progress = ((split[row] as number) << 16) | (status[row] as number);
    const kind = this.#numbers.of(labels, progress, shows);
    if (kind === this.counts.length) this.#add(row, shows);
    this.of[row] = kind;
    this.#count(kind, row, 1);
  }

  /** A kind like a row. */
  #add(row: number, shows: number): void {
    const { given, suggested, split, status } = this.#index;
    this.facts.given.push(given[row] as number);
    this.facts.suggested.push(suggested[row] as number);
    this.facts.split.push(split[row] as number);
    this.facts.status.push(status[row] as number);
    this.facts.shows.push(shows);
    this.counts.push(0);
  }

  #count(kind: number, row: number, by: 1 | -1): void {
    this.counts[kind] = (this.counts[kind] as number) + by;
    for (const histogram of this.#histograms.values()) histogram.count(kind, row, by);
  }
}
