import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Audited,
  addProbability,
  type CountedFrame,
  estimateWrong,
  expectedCount,
  noProbabilities,
  wilsonInterval,
} from '../../src/labelQuality/intervals.ts';
import { drawSample, seededRandom } from '../../src/labelQuality/random.ts';

describe('the interval of a share', () => {
  // statsmodels 0.15, proportion_confint(k, n, method='wilson')
  it.each([
    [10, 100, 0.055229, 0.174367],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [75, 100, 0.656955, 0.824543],
  ])('of %i in %i is %f to %f', (wrong, viewed, low, high) => {
    const interval = wilsonInterval(wrong, viewed);
    expect(interval.estimate).toBe(wrong / viewed);
    expect(interval.low).toBeCloseTo(low, 5);
    expect(interval.high).toBeCloseTo(high, 5);
  });

  it('is everything where nothing was looked at', () => {
    expect(wilsonInterval(0, 0)).toEqual({ estimate: 0, low: 0, high: 1 });
  });
});

describe('the expected number of wrong labels', () => {
  it('is the sum of the probabilities, with the variance of independent events', () => {
    const sums = noProbabilities();
    for (let image = 0; image < 100; image++) addProbability(sums, 0.5);
    const { estimate, low, high } = expectedCount(sums);
    // binomial: mean 50, standard deviation 5
    expect([estimate, low, high].map((value) => Number(value.toFixed(2)))).toEqual([50, 40.2, 59.8]);
  });
});

describe('the number of wrong labels from a random sample', () => {
  const frameOf = (count: number, expected: number, sample: Audited[]): CountedFrame => ({
    all: { count, expected, variance: 0 },
    sample,
    found: 0,
  });
  const audit = (wrong: number, right: number, probability: number): Audited[] => [
    ...Array.from({ length: wrong }, () => ({ probability, wrong: true })),
    ...Array.from({ length: right }, () => ({ probability, wrong: false })),
  ];

  it('is the plus-four interval where every image has the same probability', () => {
    const { estimate, low, high } = estimateWrong([frameOf(1e9, 0.3e9, audit(3, 7, 0.3))], 1e9);
    expect(estimate / 1e9).toBeCloseTo(0.3, 10);
    // (3 + 2) / (10 + 4) = 0.35714, standard error sqrt(0.35714 * 0.64286 / 14) = 0.12806
    expect(low / 1e9).toBeCloseTo(0.35714 - 1.959964 * 0.12806, 4);
    expect(high / 1e9).toBeCloseTo(0.35714 + 1.959964 * 0.12806, 4);
  });

  it('is the same where one sample is split into two of the same images', () => {
    const whole = estimateWrong([frameOf(5000, 1500, audit(12, 28, 0.3))], 5000);
    const frames = [frameOf(5000, 1500, audit(6, 14, 0.3)), frameOf(5000, 1500, audit(6, 14, 0.3))];
    const halves = estimateWrong(frames, 5000);
    expect(halves.estimate).toBeCloseTo(whole.estimate, 8);
    expect(halves.high / whole.high).toBeCloseTo(1, 2);
    expect(halves.low / whole.low).toBeCloseTo(1, 2);
  });

  it('is known when every image was looked at', () => {
    const everything = frameOf(10, 9, audit(3, 7, 0.9));
    const known = estimateWrong([everything], 10);
    expect(known.estimate).toBeCloseTo(3, 10);
    expect(known.low).toBeCloseTo(3, 10);
    expect(known.high).toBeCloseTo(3, 10);
    const left = estimateWrong([{ ...everything, found: 3 }], 0);
    expect(left).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  it('does not promise that nothing is wrong because a small sample had no error', () => {
    const { high } = estimateWrong([frameOf(10_000, 0, audit(0, 50, 0))], 10_000);
    expect(high).toBeGreaterThan(600); // "rule of three": up to 3 / 50
  });

  it.each(['well', 'badly'])(
    'holds the truth about 95 times in 100 for %s calibrated probabilities',
    (how) => {
      const random = seededRandom(7);
      let held = 0;
      const trials = 400;
      for (let trial = 0; trial < trials; trial++) {
        const images = Array.from({ length: 3000 }, () => {
          const truth = random() ** 4;
          return { probability: how === 'well' ? truth : 0.6 * truth ** 2 + 0.3, wrong: random() < truth };
        });
        const wrong = images.filter((image) => image.wrong).length;
        const expected = images.reduce((sum, { probability }) => sum + probability, 0);
        const rows = Array.from(images.keys());
        const sample = drawSample(rows, 150, random).map((row) => images[row] as Audited);
        const { low, high } = estimateWrong([frameOf(images.length, expected, sample)], images.length);
        if (low <= wrong && wrong <= high) held++;
      }
      expect(held / trials).toBeGreaterThan(0.92);
      expect(held / trials).toBeLessThan(0.99);
    },
  );

  it('never leaves the range of what is possible', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), wrong: fc.boolean() })),
        fc.nat(1000),
        (sample, more) => {
          const count = sample.length + more;
          const { low, estimate, high } = estimateWrong([frameOf(count, count / 3, sample)], count);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(estimate);
          expect(estimate).toBeLessThanOrEqual(high);
          expect(high).toBeLessThanOrEqual(count);
        },
      ),
    );
  });
});

describe('a random sample', () => {
  it('draws each image equally often, none twice', () => {
    const random = seededRandom(1);
    const drawn = [0, 0, 0, 0, 0];
    for (let turn = 0; turn < 5000; turn++) {
      const sample = drawSample([0, 1, 2, 3, 4], 2, random);
      expect(new Set(sample).size).toBe(2);
      for (const item of sample) drawn[item] = (drawn[item] ?? 0) + 1;
    }
    for (const times of drawn) expect(Math.abs(times - 2000)).toBeLessThan(150); // 4 standard deviations
  });
});
