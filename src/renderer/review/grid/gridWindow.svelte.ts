import { type GridLayout, ScrollScale, type VisibleRows } from './gridLayout.ts';

/** Rows rendered above and below the view, in heights of the view. */
const AHEAD = 0.75;
/** Offsets of elements stay below this, as browsers place nothing exactly at many million pixels. */
const BASE_STEP = 1_000_000;
const SETTLED_AFTER_MS = 120;

/** Which rows of a grid there are elements for, as its scroller moves. */
export class GridWindow {
  #scale = new ScrollScale(0, 0);
  #layout: GridLayout | null = null;
  #view = 0;
  #scrolled = 0;
  #movedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #rows = $state.raw<readonly VisibleRows[]>([]);
  #slots = $state(1);
  #base = $state(0);
  #shift = $state(0);
  #flying = $state(false);
  #scrollerHeight = $state(0);
  /** Puts the scroller somewhere; it answers by a scroll event. */
  readonly #scrollTo: (scrolled: number) => void;

  constructor(scrollTo: (scrolled: number) => void) {
    this.#scrollTo = scrollTo;
  }

  get rows(): readonly VisibleRows[] {
    return this.#rows;
  }

  /** Elements of rows that a section needs: one that scrolls out of sight shows the row that scrolls in. */
  get slots(): number {
    return this.#slots;
  }

  /** Where the grid's pixel 0 would be for the elements, which are placed from here. */
  get base(): number {
    return this.#base;
  }

  /** How far the elements are moved down in the scroller. */
  get shift(): number {
    return this.#shift;
  }

  /** Scrolled so fast that no picture could be seen. */
  get flying(): boolean {
    return this.#flying;
  }

  /** Where the scroller belongs, in its own pixels. */
  get scrolled(): number {
    return this.#scrolled;
  }

  get scrollerHeight(): number {
    return this.#scrollerHeight;
  }

  /** The position at the upper edge, in pixels of the grid. */
  get top(): number {
    return this.#scale.top;
  }

  /** Another queue or another size: the given position stays in sight. */
  setLayout(layout: GridLayout, view: number, position: number): void {
    this.#layout = layout;
    this.#view = view;
    this.#scale = new ScrollScale(layout.height, view);
    this.#scrollerHeight = this.#scale.scrollerHeight;
    const place = layout.placeOf(position);
    this.#put(place.top - Math.max(0, (view - layout.rowHeight) / 2));
  }

  /** More images came behind those that are there: everything stays where it is. */
  grow(layout: GridLayout): void {
    const { top } = this.#scale;
    this.#layout = layout;
    this.#scale = new ScrollScale(layout.height, this.#view);
    this.#scrollerHeight = this.#scale.scrollerHeight;
    this.#put(top);
  }

  /** Whether a layout differs from the present one only in its number of images. */
  onlyGrows(layout: GridLayout, view: number): boolean {
    const before = this.#layout;
    if (before === null || view !== this.#view) return false;
    return before.columns === layout.columns && before.rowHeight === layout.rowHeight;
  }

  /** Scrolls as little as is needed to have a position in sight. */
  reveal(position: number): void {
    const layout = this.#layout;
    if (!layout) return;
    const { top } = layout.placeOf(position);
    const section = layout.sectionOf(position);
    const from = top === section.rowsTop ? section.top : top;
    if (from < this.#scale.top) this.#put(from);
    else if (top + layout.rowHeight > this.#scale.top + this.#view) {
      this.#put(top + layout.rowHeight - this.#view);
    }
  }

  onScroll(scrolled: number): void {
    if (scrolled === this.#scrolled) return;
    const now = performance.now();
    const by = Math.abs(scrolled - this.#scrolled);
    this.#flying = by > 1.5 * this.#view && now - this.#movedAt < SETTLED_AFTER_MS;
    this.#movedAt = now;
    this.#scrolled = scrolled;
    this.#scale.scrolledTo(scrolled);
    this.#show();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), SETTLED_AFTER_MS);
  }

  #settle(): void {
    this.#flying = false;
    const settled = Math.round(this.#scale.settled);
    if (Math.abs(settled - this.#scrolled) > this.#view) this.#put(this.#scale.top);
  }

  #put(top: number): void {
    this.#scrolled = this.#scale.goTo(top);
    this.#scrollTo(this.#scrolled);
    this.#show();
  }

  #show(): void {
    const layout = this.#layout;
    if (!layout) return;
    const top = this.#scale.top;
    const height = (1 + 2 * AHEAD) * this.#view;
    const rows = layout.rendered(top - AHEAD * this.#view, top - AHEAD * this.#view + height);
    if (!sameRows(rows, this.#rows)) this.#rows = rows;
    this.#slots = layout.rowsIn(height);
    this.#base = Math.floor(top / BASE_STEP) * BASE_STEP;
    this.#shift = this.#scrolled - top + this.#base;
  }
}

function sameRows(left: readonly VisibleRows[], right: readonly VisibleRows[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ section, first, end }, index) => {
      const other = right[index] as VisibleRows;
      return section === other.section && first === other.first && end === other.end;
    })
  );
}
