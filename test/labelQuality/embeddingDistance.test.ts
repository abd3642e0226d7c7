import { describe, expect, it } from 'vitest';
import {
  describeEmbeddingDistance,
  embeddingDistanceOf,
  inverseTemperatureAt,
} from '../../src/labelQuality/embeddingDistance.ts';

const exponents = { distance: { usual: 2, slope: 0.8 } };
const embeddingDistanceAt = (distance: number, images = 1000) =>
  embeddingDistanceOf(
    Array.from({ length: images }, (_, image) => distance * (image % 2 === 0 ? 1.5 : 1 / 1.5)),
    { exponents },
  ) as number;

describe('images that lie far from the anchors', () => {
  it('are found by their mean distance, which a few images do not show', () => {
    expect(embeddingDistanceAt(4, 100_000)).toBeCloseTo(2, 2);
    expect(embeddingDistanceAt(4, 10)).toBeLessThan(1.8);
    expect(embeddingDistanceOf([4], { exponents })).toBeNull();
    expect(embeddingDistanceOf([], { exponents })).toBeNull();
  });

  it('need not all have a distance, nor one that is more than none', () => {
    expect(embeddingDistanceOf([4, Number.NaN, 4, Number.POSITIVE_INFINITY], { exponents })).toBeCloseTo(
      2,
      9,
    );
    expect(embeddingDistanceOf([0, 0], { exponents })).toBeGreaterThan(0);
  });

  it('are predicted with less confidence the farther they are, and with no more than usual where they are near', () => {
    const inverseTemperature = [0.5, 2, 2.1, 3, 6].map((distance) =>
      inverseTemperatureAt(embeddingDistanceAt(distance, 1e5), { exponents }),
    );
    expect(inverseTemperature.slice(0, 2)).toEqual([1, 1]);
    expect(inverseTemperature).toEqual(inverseTemperature.toSorted((a, b) => b - a));
    expect(inverseTemperature[4]).toBeCloseTo(Math.exp(-0.8 * Math.sqrt(Math.log(3))), 2);
    expect(inverseTemperatureAt(null, { exponents })).toBe(1);
  });

  it('are spoken of only where it matters', () => {
    expect(describeEmbeddingDistance(1.31)).toContain('embedding distance 1.31 x the usual');
    expect([null, 0.9, 1.01].map(describeEmbeddingDistance)).toEqual([null, null, null]);
  });
});
