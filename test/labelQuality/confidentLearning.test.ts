import { describe, expect, it } from 'vitest';
import {
  adjustByThresholds,
  calibrateJoint,
  confidentJoint,
  confidentThresholds,
  roundPreservingSum,
} from '../../src/labelQuality/confidentLearning.ts';
import { scoreSample } from '../../src/labelQuality/scores/index.ts';
import { cleanlab, data } from '../support/cleanlabGolden.ts';

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index] as number, 6);
}

describe.each(data)(`on data that is $name, as cleanlab ${cleanlab} computes them`, (golden) => {
  const { labels, probabilities } = golden;
  const input = { labels, probabilities, classes: golden.thresholds.length };
  const qualities = (id: 'self-confidence' | 'normalised-margin' | 'weighted-entropy', rows: number[][]) =>
    rows.map((row, index) => 1 - (scoreSample(row, labels[index] as number)[id] as number));

  it('scores are', () => {
    expectClose(qualities('self-confidence', probabilities), golden.selfConfidence);
    expectClose(qualities('normalised-margin', probabilities), golden.normalisedMargin);
    expectClose(qualities('weighted-entropy', probabilities), golden.weightedEntropy);
  });

  it('class-adjusted scores are', () => {
    const thresholds = confidentThresholds(input);
    const adjusted = probabilities.map((row) => adjustByThresholds(row, thresholds));
    expectClose(thresholds, golden.thresholds);
    expectClose(qualities('self-confidence', adjusted), golden.adjustedSelfConfidence);
    expectClose(qualities('normalised-margin', adjusted), golden.adjustedMargin);
  });

  it('the confident joint is', () => {
    const joint = confidentJoint(input);
    expect(joint).toEqual(golden.confidentJoint);
    expect(calibrateJoint(joint, labels)).toEqual(golden.calibratedJoint);
  });
});

describe('rounding that preserves a sum', () => {
  it('gives way where the next whole number is closest', () => {
    expect(roundPreservingSum([0.4, 0.4, 0.2])).toEqual([0, 1, 0]);
    expect(roundPreservingSum([1.6, 1.6, 1.8])).toEqual([1, 2, 2]);
  });
});
