import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodePoints, encodePoints, type MapPoints } from '../../src/protocol/map.ts';

it('points of a map come back unchanged, whatever their number', () => {
  const point = fc.tuple(
    fc.integer({ min: 1, max: 2e9 }),
    fc.float({ noNaN: true }),
    fc.integer({ min: -1, max: 99 }),
  );
  fc.assert(
    fc.property(fc.array(point), (rows) => {
      const points: MapPoints = {
        ids: Int32Array.from(rows, ([id]) => id),
        x: Float32Array.from(rows, ([, x]) => x),
        y: Float32Array.from(rows, ([, x]) => -x),
        given: Int16Array.from(rows, ([, , label]) => label),
        suggested: Int16Array.from(rows, ([, , label]) => label - 1),
        label: Int16Array.from(rows, ([, , label]) => label + 1),
        status: Uint8Array.from(rows, ([id]) => id % 5),
        flagged: Uint8Array.from(rows, ([id]) => id % 2),
      };
      expect(decodePoints(encodePoints(points))).toEqual(points);
    }),
  );
});

it('bytes that are no map are refused', () => {
  expect(() => decodePoints(new ArrayBuffer(3))).toThrow(/not a map/);
  expect(() => decodePoints(new TextEncoder().encode('{"code":"not-found"}').buffer as ArrayBuffer)).toThrow(
    /not a map/,
  );
});
