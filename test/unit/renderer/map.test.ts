import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PointFinder } from '../../../src/renderer/components/map/chosenPoints.ts';
import { kindsOf } from '../../../src/renderer/components/map/pointColours.ts';
import {
  fitViewport,
  panViewport,
  toMap,
  toScreen,
  zoomViewport,
} from '../../../src/renderer/components/map/viewport.ts';
import type { DatasetClass } from '../../../src/shared/api.ts';

const SIZE = { width: 800, height: 600 };
const number = fc.float({ min: -100, max: 100, noNaN: true });

describe('what of the map is on the screen', () => {
  it('is everything at first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (places) => {
        const x = Float32Array.from(places, ([left]) => left);
        const y = Float32Array.from(places, ([, top]) => top);
        const view = fitViewport(x, y, SIZE);
        for (const index of x.keys()) {
          const [left, top] = toScreen(view, SIZE, x[index] ?? 0, y[index] ?? 0);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(SIZE.width);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThanOrEqual(SIZE.height);
        }
      }),
    );
  });

  it('keeps the place under the pointer when it is enlarged', () => {
    const view = { centreX: 3, centreY: -2, scale: 20 };
    const before = toMap(view, SIZE, 700, 100);
    const after = toMap(zoomViewport(view, SIZE, 1.7, 700, 100), SIZE, 700, 100);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
  });

  it('moves with the hand', () => {
    const view = panViewport({ centreX: 0, centreY: 0, scale: 10 }, 50, -20);
    expect(toScreen(view, SIZE, 0, 0)).toEqual([450, 280]);
  });
});

describe('points of the map', () => {
  const points = { x: Float32Array.of(0, 1, 2, 0), y: Float32Array.of(0, 0, 0, 5) };

  it('are found by the nearest place, within reach only', () => {
    const finder = new PointFinder(points);
    expect(finder.nearest(0.9, 0.1, 0.5)).toBe(1);
    expect(finder.nearest(0.5, 2.5, 0.5)).toBeNull();
    expect(new PointFinder({ x: new Float32Array(), y: new Float32Array() }).nearest(0, 0, 9)).toBeNull();
  });

  it('are chosen by the line around them', () => {
    const finder = new PointFinder(points);
    const outline: [number, number][] = [
      [0.5, -1],
      [3, -1],
      [3, 1],
      [0.5, 1],
    ];
    expect(finder.inside(outline).sort()).toEqual([1, 2]);
    expect(finder.inside(outline.slice(0, 2))).toEqual([]);
  });

  it('are counted by kind, each kind with the queue of its images', () => {
    const classes = [{ index: 0, name: 'happy', emotion: 'happiness' }] as DatasetClass[];
    const columns = {
      ids: Int32Array.of(1, 2, 3),
      x: new Float32Array(3),
      y: new Float32Array(3),
      given: Int16Array.of(0, -1, 0),
      read: Int16Array.of(0, 0, -1),
      label: Int16Array.of(0, -1, 0),
      status: Uint8Array.of(0, 1, 0),
      flagged: Uint8Array.of(0, 1, 0),
    };
    const { kinds, kindOf } = kindsOf(columns, 'given', classes);
    expect(kinds.map(({ title, count }) => [title, count])).toEqual([
      ['happy', 2],
      ['none', 1],
    ]);
    expect(kinds[0]?.filter).toEqual({ show: 'all', given: [0] });
    expect([...kindOf]).toEqual([0, 1, 0]);
    expect(kindsOf(columns, 'verdict', classes).kinds.map(({ count }) => count)).toEqual([2, 1, 0, 0, 0]);
    expect(kindsOf(columns, 'flag', classes).kinds.map(({ count }) => count)).toEqual([2, 1]);
  });
});
