import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DatasetClass } from '../../../src/protocol/api.ts';
import { PointFinder } from '../../../src/renderer/map/chosenPoints.ts';
import { pictureOfMap } from '../../../src/renderer/map/mapPicture.ts';
import { tableOfMap } from '../../../src/renderer/map/mapTable.ts';
import { kindsOf } from '../../../src/renderer/map/pointColours.ts';
import {
  fitViewport,
  panViewport,
  revealPoint,
  toMap,
  toScreen,
  zoomViewport,
} from '../../../src/renderer/map/viewport.ts';

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

it('moves only as far as is needed to show a point', () => {
  const view = { centreX: 0, centreY: 0, scale: 10 };
  expect(revealPoint(view, SIZE, 3, 3)).toEqual(view);
  const [left, top] = toScreen(revealPoint(view, SIZE, 100, 0), SIZE, 100, 0);
  expect(left).toBeCloseTo(SIZE.width - 32, 6);
  expect(top).toBeCloseTo(300, 6);
});

const classes = [{ index: 0, name: 'happy', title: 'happy', emotion: 'happiness' }] as DatasetClass[];
const columns = {
  ids: Int32Array.of(1, 2, 3),
  x: new Float32Array(3),
  y: new Float32Array(3),
  given: Int16Array.of(0, -1, 0),
  suggested: Int16Array.of(0, 0, -1),
  label: Int16Array.of(0, -1, 0),
  status: Uint8Array.of(0, 1, 0),
  flagged: Uint8Array.of(0, 1, 0),
};

describe('points of the map', () => {
  const points = { x: Float32Array.of(0, 1, 2, 0), y: Float32Array.of(0, 0, 0, 5) };

  it('are found by the nearest place, within reach only', () => {
    const finder = new PointFinder(points);
    expect(finder.nearest(0.9, 0.1, 0.5)).toBe(1);
    expect(finder.nearest(0.5, 2.5, 0.5)).toBeNull();
    expect(new PointFinder({ x: new Float32Array(), y: new Float32Array() }).nearest(0, 0, 9)).toBeNull();
  });

  it('are reached by arrow keys, also those at one place', () => {
    const cross = new PointFinder({
      x: Float32Array.of(0, 1, 5, 0, 0, 0),
      y: Float32Array.of(0, 0, 1, -3, 0, 9),
    });
    const right = [1, 0] as const;
    expect(cross.towards(0, right)).toBe(4); // at the same place
    expect(cross.towards(4, right)).toBe(1);
    expect(cross.towards(1, right)).toBe(2);
    expect(cross.towards(2, right)).toBeNull();
    expect(cross.towards(2, [-1, 0])).toBe(1);
    expect(cross.towards(4, [-1, 0])).toBe(0);
    expect(cross.towards(0, [0, -1])).toBe(3);
    expect(cross.towards(3, [0, 1])).toBe(0);
    expect(cross.towards(4, [0, 1])).toBe(5);
  });

  it('have a next one towards any other that is straight ahead', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 40 }), (places) => {
        const x = Float32Array.from(places, ([left]) => left);
        const y = Float32Array.from(places, ([, top]) => top);
        const next = new PointFinder({ x, y }).towards(0, [1, 0]);
        const ahead = [...x.keys()].filter((index) => {
          const [dx, dy] = [(x[index] ?? 0) - (x[0] ?? 0), (y[index] ?? 0) - (y[0] ?? 0)];
          return index > 0 && dx >= Math.abs(dy);
        });
        const distance = (index: number) =>
          Math.hypot((x[index] ?? 0) - (x[0] ?? 0), (y[index] ?? 0) - (y[0] ?? 0));
        expect(next === null).toBe(ahead.length === 0);
        if (next !== null) expect(distance(next)).toBe(Math.min(...ahead.map(distance)));
      }),
    );
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

  it('are shown in a table: how many of a kind are among their own', () => {
    const four = {
      ...columns,
      ids: Int32Array.of(1, 2, 3, 4),
      x: Float32Array.of(0, 0, 0, 10),
      y: Float32Array.of(0, 0, 0, 10),
      given: Int16Array.of(0, 0, -1, -1),
      flagged: Uint8Array.of(0, 0, 1, 0),
    };
    const { kinds, kindOf } = kindsOf(four, 'given', classes);
    expect(tableOfMap(four, kinds, kindOf, false)).toEqual({
      columns: ['kind', 'images', 'near their own kind', 'most often near', 'likely wrong'],
      rows: [
        ['happy', 2, '100\u00a0%', 'none', 0],
        ['none', 2, '50\u00a0%', 'happy (1)', 1],
      ],
    });
    expect(tableOfMap(four, kinds, kindOf, true).columns).not.toContain('likely wrong');
  });

  it('are drawn as a picture with title, anchors and legend, names as they are', () => {
    const { kinds, kindOf } = kindsOf(columns, 'given', classes);
    const { svg, width } = pictureOfMap({
      title: 'faces <1>',
      points: columns,
      kinds,
      kindOf,
      anchors: [{ className: 'happy', label: 0, k: 0, x: 0, y: 0, colour: 'red' }],
      view: { centreX: 0, centreY: 0, scale: 1 },
      size: SIZE,
      pointPixels: 4,
      resolve: (colour) => (colour.startsWith('var') ? '#123456' : colour),
    });
    expect(width).toBeGreaterThan(SIZE.width);
    expect(svg).toContain('faces &lt;1&gt;');
    expect(svg).not.toContain('var(');
    expect(svg.match(/M400\.0 300\.0h0/g)).toHaveLength(3);
    expect(svg).toContain('fill="red"');
    expect(svg).toContain('>happy</text>');
  });
});
