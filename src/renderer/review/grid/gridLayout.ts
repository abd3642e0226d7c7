import type { PositionRange, QueueGroup } from '../../../protocol/queue.ts';

/** A run of images under one heading. Lengths in CSS pixels from the top of the whole grid. */
export interface GridSection {
  start: number;
  count: number;
  /** Null where nothing is grouped, which has no heading. */
  group: QueueGroup | null;
  top: number;
  /** Top of the first row, below the heading. */
  rowsTop: number;
  bottom: number;
}

/** Rows of a section that are in sight. */
export interface VisibleRows {
  section: GridSection;
  first: number;
  /** Not included. */
  end: number;
}

interface GridMeasures {
  width: number;
  /** Of one picture with its gap. */
  cellWidth: number;
  /** Of one picture with its gap and its caption. */
  rowHeight: number;
  headingHeight: number;
}

/** Position of each image of a queue in a grid, without an element for any of them. */
export class GridLayout {
  readonly columns: number;
  readonly cellWidth: number;
  readonly rowHeight: number;
  readonly height: number;
  readonly sections: readonly GridSection[];

  constructor(total: number, groups: readonly QueueGroup[], measures: GridMeasures) {
    const { width, cellWidth, rowHeight, headingHeight } = measures;
    this.columns = Math.max(1, Math.floor(width / cellWidth));
    this.cellWidth = cellWidth;
    this.rowHeight = rowHeight;
    const parts: (Pick<GridSection, 'start' | 'count'> & { group: QueueGroup | null })[] =
      groups.length > 0
        ? groups.map((group) => ({ start: group.start, count: group.count, group }))
        : [{ start: 0, count: total, group: null }];
    let top = 0;
    this.sections = parts.map(({ start, count, group }) => {
      const rowsTop = top + (group === null ? 0 : headingHeight);
      const bottom = rowsTop + Math.ceil(count / this.columns) * rowHeight;
      const section = { start, count, group, top, rowsTop, bottom };
      top = bottom;
      return section;
    });
    this.height = top;
  }

  sectionOf(position: number): GridSection {
    return this.#find(({ start, count }) => position < start + count);
  }

  /** Top of the row of a position, and its column. */
  placeOf(position: number): { top: number; column: number } {
    const section = this.sectionOf(position);
    const offset = position - section.start;
    const row = Math.floor(offset / this.columns);
    return { top: section.rowsTop + row * this.rowHeight, column: offset - row * this.columns };
  }

  /** Sections and their rows that meet a stretch of the grid. */
  visible(from: number, to: number): VisibleRows[] {
    const rows: VisibleRows[] = [];
    const begin = this.sections.indexOf(this.#find(({ bottom }) => bottom > from));
    for (let index = begin; index < this.sections.length; index++) {
      const section = this.sections[index] as GridSection;
      if (section.top >= to) break;
      const last = Math.ceil(section.count / this.columns);
      rows.push({
        section,
        first: Math.max(0, Math.floor((from - section.rowsTop) / this.rowHeight)),
        end: Math.min(last, Math.max(0, Math.ceil((to - section.rowsTop) / this.rowHeight))),
      });
    }
    return rows;
  }

  /** Rows of a section that `rendered` answers at most for a stretch of this height. */
  rowsIn(height: number): number {
    return Math.ceil(height / this.rowHeight) + 1;
  }

  /** Those in sight; of a section that is scrolled into, as many wherever the stretch begins, so that no element is left over. */
  rendered(from: number, to: number): VisibleRows[] {
    const most = this.rowsIn(to - from);
    return this.visible(from, to).map(({ section, first, end }) => {
      const last = Math.ceil(section.count / this.columns);
      return { section, first, end: first === 0 ? end : Math.min(last, first + most) };
    });
  }

  /** The images that a rectangle touches, as ranges of positions. */
  inside(left: number, top: number, right: number, bottom: number): PositionRange[] {
    const first = Math.max(0, Math.floor(left / this.cellWidth));
    const end = Math.min(this.columns, Math.floor(right / this.cellWidth) + 1);
    return this.visible(top, bottom).flatMap(({ section, first: row, end: rowEnd }) =>
      Array.from({ length: Math.max(0, rowEnd - row) }, (_, index) => {
        const start = section.start + (row + index) * this.columns;
        const most = section.start + section.count;
        return { start: Math.min(most, start + first), end: Math.min(most, start + end) };
      }).filter((range) => range.start < range.end),
    );
  }

  /** The first section that fits, by binary search; the last if none does. */
  #find(fits: (section: GridSection) => boolean): GridSection {
    let [low, high] = [0, this.sections.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(this.sections[middle] as GridSection)) high = middle;
      else low = middle + 1;
    }
    return this.sections[low] as GridSection;
  }
}

/** Browsers give up on elements of some 16 million pixels: a scroller is never taller than this. */
export const TALLEST_SCROLLER = 4_000_000;

/**
 * A long grid in a scroller of bounded height. Small moves are pixel for pixel; a jump by the scroll bar goes
 * to the same share of the grid; if the two drift apart, `settled` gives the scroller's right position.
 */
export class ScrollScale {
  readonly scrollerHeight: number;
  readonly #most: number;
  readonly #scrollerMost: number;
  readonly #view: number;
  #top = 0;
  #scrolled = 0;

  constructor(height: number, view: number) {
    this.#view = view;
    this.scrollerHeight = Math.min(height, TALLEST_SCROLLER);
    this.#most = Math.max(0, height - view);
    this.#scrollerMost = Math.max(0, this.scrollerHeight - view);
  }

  /** The position at the upper edge of the view, in pixels of the grid. */
  get top(): number {
    return this.#top;
  }

  /** The scroller's right position, so that its thumb is correct. */
  get settled(): number {
    return this.#most === 0 ? 0 : (this.#top / this.#most) * this.#scrollerMost;
  }

  /** The scroller was moved to `scrolled`. */
  scrolledTo(scrolled: number): void {
    const by = scrolled - this.#scrolled;
    this.#scrolled = scrolled;
    const atEdge = scrolled <= 0 || scrolled >= this.#scrollerMost;
    const scaled = this.#scrollerMost === 0 ? 0 : (scrolled / this.#scrollerMost) * this.#most;
    const near = Math.abs(by) <= this.#view && !atEdge;
    this.#top = Math.min(this.#most, Math.max(0, near ? this.#top + by : scaled));
  }

  /** Goes to a place of the grid; answers where the scroller is to be put. */
  goTo(top: number): number {
    this.#top = Math.min(this.#most, Math.max(0, top));
    this.#scrolled = this.settled;
    return this.#scrolled;
  }
}
