import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnFromOutcomes } from '../../src/labelQuality/outcomeCalibration.ts';
import { measureYield } from '../../src/labelQuality/reviewYield.ts';

const outcomes = (count: number, probability: number, wrongOf: number) =>
  Array.from({ length: count }, (_, index) => ({ probability, wrong: index < wrongOf }));

describe('probabilities corrected by what was found', () => {
  it('stay as they are before anything was found', () => {
    expect(learnFromOutcomes([])(0.93)).toBe(0.93);
  });

  it('promise about what was found: after 21 of 61 labels said to be 93 % wrong, not 93 of the next hundred', () => {
    const correct = learnFromOutcomes(outcomes(61, 0.93, 21));
    const { nextPerHundred } = measureYield(
      [],
      Float32Array.from({ length: 100 }, () => correct(0.93)),
    );
    expect(nextPerHundred).toBeGreaterThan(34);
    expect(nextPerHundred).toBeLessThan(50);
    expect(correct(0.5)).toBeLessThan(correct(0.93));
    expect(correct(0.01)).toBeLessThan(0.01);
  });

  it('move little by a few outcomes, and hardly where they bear out what was said', () => {
    expect(learnFromOutcomes(outcomes(2, 0.9, 1))(0.9)).toBeGreaterThan(0.75);
    expect(learnFromOutcomes(outcomes(100, 0.9, 90))(0.9)).toBeCloseTo(0.9, 9);
  });

  it('rise where more is wrong than was said', () => {
    expect(learnFromOutcomes(outcomes(80, 0.3, 70))(0.3)).toBeGreaterThan(0.5);
  });

  it('keep their order and their range, whatever was found', () => {
    const probability = fc.double({ min: 0, max: 1, noNaN: true });
    const found = fc.array(fc.record({ probability, wrong: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(found, probability, probability, (list, a, b) => {
        const correct = learnFromOutcomes(list);
        const [low, high] = [correct(Math.min(a, b)), correct(Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-12);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
