import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anchorSimilarities,
  combine,
  confidence,
  finalDistribution,
  geometricCorrection,
  labelDistribution,
  nearestAnchors,
  normalisedEntropy,
  standardDeviation,
} from '../../src/labelQuality/reliability.ts';

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const oneHot = (classes: number, c: number) => Array.from({ length: classes }, (_, i) => (i === c ? 1 : 0));
const uniform = (classes: number) => new Array<number>(classes).fill(1 / classes);

/** Distributions of C classes, one-hot and uniform ones among them. */
const distributionOf = (classes: number) =>
  fc.oneof(
    fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: classes, maxLength: classes })
      .filter((weights) => sum(weights) > 1e-6)
      .map((weights) => weights.map((weight) => weight / sum(weights))),
    fc.nat({ max: classes - 1 }).map((c) => oneHot(classes, c)),
    fc.constant(uniform(classes)),
  );
const classCount = fc.integer({ min: 2, max: 9 });

function expectDistribution(values: ArrayLike<number>): void {
  for (const value of Array.from(values)) expect(value >= 0 && value <= 1 + 1e-12).toBe(true);
  expect(sum(values)).toBeCloseTo(1, 9);
}

describe('confidence (Eq. 10 and 11)', () => {
  it('is 0 for a uniform and 1 for a one-hot distribution', () => {
    for (const classes of [2, 7, 8]) {
      expect(confidence(uniform(classes))).toBeCloseTo(0, 12);
      expect(confidence(oneHot(classes, 1))).toBe(1);
    }
  });

  it('agrees with a value worked out by hand', () => {
    // H = -(0.5 ln 0.5 + 2 * 0.25 ln 0.25) / ln 4 = 1.5 ln 2 / (2 ln 2)
    expect(normalisedEntropy([0.5, 0.25, 0.25, 0])).toBeCloseTo(0.75, 12);
  });

  it('is in [0, 1] and does not depend on the order of the classes', () => {
    fc.assert(
      fc.property(classCount.chain(distributionOf), (distribution) => {
        const value = confidence(distribution);
        expect(value >= 0 && value <= 1).toBe(true);
        expect(confidence([...distribution].reverse())).toBeCloseTo(value, 12);
      }),
    );
  });
});

describe('geometric correction (Eq. 13 and 14)', () => {
  it('shares the similarity among all anchors, stable at any distance', () => {
    const distances = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(distances, fc.double({ min: 0.01, max: 10, noNaN: true }), (values, delta) => {
        const similarities = anchorSimilarities(values, delta);
        expectDistribution(similarities);
        expectDistribution(geometricCorrection(similarities, 3, 2) as Float64Array);
      }),
    );
  });

  it('adds up the anchors of each class', () => {
    expect([...(geometricCorrection([0.1, 0.2, 0.3, 0.4], 2, 2) as Float64Array)]).toEqual([
      0.1 + 0.2,
      0.3 + 0.4,
    ]);
  });

  it('lists the nearest anchors first', () => {
    expect(nearestAnchors([3, 1, 2, 0.5], [0.1, 0.3, 0.2, 0.4], 2, 3)).toEqual([
      { classIndex: 1, k: 1, distance: 0.5, similarity: 0.4 },
      { classIndex: 0, k: 1, distance: 1, similarity: 0.3 },
      { classIndex: 1, k: 0, distance: 2, similarity: 0.2 },
    ]);
    expect(nearestAnchors([], [], 0)).toEqual([]);
  });
});

describe('final distribution (Eq. 18 and 19)', () => {
  it('is a distribution for any parts, switched off or not, and never NaN', () => {
    const parts = classCount.chain((classes) => {
      const distribution = distributionOf(classes);
      return fc.tuple(distribution, fc.option(distribution), fc.option(distribution));
    });
    fc.assert(
      fc.property(parts, ([primary, geometric, attentive]) => {
        expectDistribution(finalDistribution(primary, { geometric, attentive }));
      }),
    );
  });

  it('weighs equally where both confidences are 0', () => {
    const correction = { geometric: uniform(4), attentive: uniform(4) };
    expect([...finalDistribution(uniform(4), correction)]).toEqual(uniform(4));
  });

  it('follows the confident part alone where the other knows nothing', () => {
    const corrected = finalDistribution(uniform(3), { geometric: oneHot(3, 2), attentive: uniform(3) });
    expect(corrected[2]).toBeCloseTo(1, 9);
  });

  it('leaves out the parts that are switched off', () => {
    const [primary, part] = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
    ];
    expect([...finalDistribution(primary, { geometric: null, attentive: null })]).toEqual(primary);
    expect([...(combine({ geometric: null, attentive: part }) as Float64Array)]).toEqual(part);
    expect([...(combine({ geometric: part, attentive: null }) as Float64Array)]).toEqual(part);
    expect(geometricCorrection([], 3, 0)).toBeNull();
  });
});

it('turns logits of any size into a distribution (Eq. 9)', () => {
  expect([...labelDistribution([1000, 1000])]).toEqual([0.5, 0.5]);
  expectDistribution(labelDistribution([-1e9, 0, 5]));
});

it('measures the spread of a distribution as in Fig. 9', () => {
  expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBe(2);
  expect(standardDeviation([])).toBe(0);
});
