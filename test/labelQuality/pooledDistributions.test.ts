import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestPairing } from '../../src/labelQuality/alignClasses.ts';
import { poolDistributions } from '../../src/labelQuality/pooledDistributions.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';

const random = seededRandom(3);
const TRUTHS = Array.from({ length: 300 }, () => Math.floor(random() * 3));
const oneHot = (label: number, share: number) =>
  [0, 1, 2].map((c) => (c === label ? share : (1 - share) / 2));
const right = TRUTHS.flatMap((truth) => oneHot(truth, 0.9));
const wrong = TRUTHS.flatMap((truth) => oneHot((truth + 1) % 3, 0.9));
const named = [[0], [1], [2]];
const pool = (model: number[], tuned: number[] | null, classMap: number[][]) =>
  poolDistributions({ model, modelClasses: 3, classMap, tuned, labels: TRUTHS, classes: 3 });

describe('model and tuned model together', () => {
  it('give the model the weight where both predict the labels', () => {
    const { tunedShare, agreement } = pool(right, right, named);
    expect(tunedShare).toEqual([0, 0, 0]);
    expect(agreement).toEqual({ model: 1, tuned: 1 });
  });

  it('follow the tuned model where the model does not fit the data', () => {
    const { tunedShare, distributions } = pool(wrong, right, named);
    expect(tunedShare).toEqual([1, 1, 1]);
    for (const [image, truth] of TRUTHS.entries())
      expect(distributions[image * 3 + truth]).toBeCloseTo(0.9, 3);
  });

  it('find what names mean that say nothing', () => {
    const turned = TRUTHS.flatMap((truth) => oneHot((truth + 2) % 3, 0.9));
    const { classMap, distributions } = pool(turned, null, [[], [], []]);
    expect(classMap).toEqual([[2], [0], [1]]);
    expect(distributions[TRUTHS[0] as number]).toBeCloseTo(0.9, 3);
  });

  it('leave classes that the model does not know to the tuned model', () => {
    const { distributions, tunedShare } = pool(right, right, [[0], [1], []]);
    const image = TRUTHS.indexOf(2);
    expect(distributions[image * 3 + 2]).toBeCloseTo(0.9, 3);
    expect(tunedShare[2]).toBe(1);
    for (let at = 0; at < TRUTHS.length; at++) {
      const row = distributions.subarray(at * 3, at * 3 + 3);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
    }
  });
});

describe('pairing rows with columns', () => {
  it('is the best of all pairings', () => {
    const gains = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(gains, (matrix) => {
        const pairing = bestPairing(matrix);
        expect(new Set(pairing).size).toBe(matrix.length);
        const sum = (columns: number[]) =>
          columns.reduce((all, column, row) => all + (matrix[row]?.[column] ?? 0), 0);
        const all = permutations([0, 1, 2, 3]).map((order) => sum(order.slice(0, matrix.length)));
        expect(sum(pairing)).toBe(Math.max(...all));
      }),
    );
  });
});

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}
