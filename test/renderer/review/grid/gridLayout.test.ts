import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueGroup } from '../../../../src/protocol/queue.ts';
import {
  GridLayout,
  ScrollScale,
  TALLEST_SCROLLER,
  type VisibleRows,
} from '../../../../src/renderer/review/grid/gridLayout.ts';

const measures = { width: 1000, cellWidth: 134, rowHeight: 154, headingHeight: 44 };

const groupsOf = (counts: number[]): QueueGroup[] => {
  let start = 0;
  return counts.map((count) => {
    const group = { start, count, given: 0, suggested: null, name: null };
    start += count;
    return group;
  });
};
const counts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 });

describe('the layout of a grid', () => {
  it('renders as many rows of a section wherever it is scrolled to, among them all in sight', () => {
    const layout = new GridLayout(7000, [], measures);
    const [height, most] = [800, layout.rowsIn(800)];
    fc.assert(
      fc.property(fc.integer({ min: measures.rowHeight, max: layout.height - 2 * height }), (from) => {
        const [{ first, end }] = layout.rendered(from, from + height) as [VisibleRows];
        const [inSight] = layout.visible(from, from + height) as [VisibleRows];
        expect(end - first).toBe(most);
        expect(first).toBe(inSight.first);
        expect(end).toBeGreaterThanOrEqual(inSight.end);
      }),
    );
    const atEnd = layout.rendered(layout.height - height, layout.height)[0] as VisibleRows;
    expect(atEnd.end).toBe(Math.ceil(7000 / layout.columns));
  });

  it('gives each image a place of its own, whatever the groups', () => {
    fc.assert(
      fc.property(counts, (sizes) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const layout = new GridLayout(total, groupsOf(sizes), measures);
        const places = new Set<string>();
        for (let position = 0; position < total; position++) {
          const { top, column } = layout.placeOf(position);
          places.add(`${top} ${column}`);
          expect(top + measures.rowHeight).toBeLessThanOrEqual(layout.height);
          const middle = { x: (column + 0.5) * measures.cellWidth, y: top + 70 };
          const [found] = layout.inside(middle.x, middle.y, middle.x, middle.y + 1);
          expect(found).toEqual({ start: position, end: position + 1 });
        }
        expect(places.size).toBe(total);
      }),
    );
  });

  it('shows every image that a stretch of it touches', () => {
    fc.assert(
      fc.property(counts, fc.nat(5000), (sizes, from) => {
        const total = sizes.reduce((sum, size) => sum + size, 0);
        const layout = new GridLayout(total, groupsOf(sizes), measures);
        const shown = new Set<number>();
        for (const { section, first, end } of layout.visible(from, from + 800)) {
          const last = Math.min(section.count, end * layout.columns);
          for (let offset = first * layout.columns; offset < last; offset++)
            shown.add(section.start + offset);
        }
        for (let position = 0; position < total; position++) {
          const { top } = layout.placeOf(position);
          const touches = top < from + 800 && top + measures.rowHeight > from;
          if (touches) expect(shown).toContain(position);
        }
      }),
    );
  });
});

describe('a long grid in a scroller that browsers can bear', () => {
  const height = 91_000_000;
  const view = 800;

  it('comes to its very ends', () => {
    const scale = new ScrollScale(height, view);
    expect(scale.scrollerHeight).toBe(TALLEST_SCROLLER);
    scale.scrolledTo(TALLEST_SCROLLER - view);
    expect(scale.top).toBe(height - view);
    scale.scrolledTo(0);
    expect(scale.top).toBe(0);
  });

  it('moves pixel for pixel by the wheel, and far by the scroll bar', () => {
    const scale = new ScrollScale(height, view);
    const start = scale.goTo(10_000_000);
    scale.scrolledTo(start + 120);
    expect(scale.top).toBeCloseTo(10_000_120);
    scale.scrolledTo(TALLEST_SCROLLER / 2);
    expect(scale.top / height).toBeCloseTo(0.5, 3);
  });

  it('is as long as it is where that is not too long', () => {
    const scale = new ScrollScale(5000, view);
    expect(scale.scrollerHeight).toBe(5000);
    scale.scrolledTo(1234);
    expect(scale.top).toBe(1234);
    expect(scale.settled).toBe(1234);
  });
});
