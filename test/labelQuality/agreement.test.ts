import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cohenKappa, fleissKappa } from '../../src/labelQuality/agreement.ts';

/** Pairs from a table of counts: `table[a][b]` images that the first called a and the second b. */
const pairsOf = (table: number[][]) =>
  table.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, () => [`${a}`, `${b}`] as const)),
  );

/** Votes from a table of counts: `table[image][category]`. */
const votesOf = (table: number[][]) =>
  table.map((counts) => counts.flatMap((count, category) => Array<string>(count).fill(`${category}`)));

describe("Cohen's kappa", () => {
  // Reference values: statsmodels 0.14, inter_rater.cohens_kappa (kappa, std_kappa).
  it.each([
    {
      table: [
        [88, 14, 18],
        [10, 40, 10],
        [2, 6, 12],
      ],
      kappa: 0.49152542372881347,
      standardError: 0.05100181557607786,
    },
    {
      table: [
        [53, 5, 2],
        [11, 14, 5],
        [1, 6, 3],
      ],
      kappa: 0.4285714285714285,
      standardError: 0.0759588315346638,
    },
  ])('of $table', ({ table, kappa, standardError }) => {
    const estimate = cohenKappa(pairsOf(table));
    expect(estimate.kappa).toBeCloseTo(kappa, 12);
    expect(estimate.standardError).toBeCloseTo(standardError, 12);
    expect(estimate.low).toBeCloseTo(kappa - 1.959964 * standardError, 6);
  });

  it('is undefined where both always agree, or nothing was reviewed twice', () => {
    expect(cohenKappa([])).toMatchObject({ kappa: null, images: 0 });
    expect(
      cohenKappa([
        ['sad', 'sad'],
        ['sad', 'sad'],
      ]),
    ).toMatchObject({ kappa: null, observed: 1, images: 2 });
  });

  it('is 1 for full agreement, and the same from either side', () => {
    const label = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { minLength: 1 }), (pairs) => {
        const one = cohenKappa(pairs).kappa;
        const other = cohenKappa(pairs.map(([a, b]) => [b, a] as const)).kappa;
        if (one === null) expect(other).toBeNull();
        else expect(other).toBeCloseTo(one, 10);
        const self = cohenKappa(pairs.map(([a]) => [a, a] as const));
        if (self.kappa !== null) expect(self.kappa).toBeCloseTo(1, 10);
        expect(self.standardError ?? 0).toBeCloseTo(0, 6);
      }),
    );
  });
});

describe("Fleiss' kappa", () => {
  it('of fourteen raters and ten images', () => {
    // The worked example of Wikipedia's "Fleiss' kappa" (0.210); standard error: irrCAC 0.4.4, CAC(...).fleiss().
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ];
    const estimate = fleissKappa(votesOf(table));
    expect(estimate.kappa).toBeCloseTo(0.20993070442195522, 12);
    expect(estimate.standardError).toBeCloseTo(0.09237111, 7);
    expect(estimate).toMatchObject({ images: 10 });
    expect(estimate.observed).toBeCloseTo(0.37802198, 7);
    expect(estimate.expected).toBeCloseTo(0.2127551, 7);
  });

  it('of three raters who did not review every image', () => {
    // irrCAC 0.4.4, CAC(...).fleiss(), the missing votes as NaN.
    const votes = ['11', '223', '333', '12', '222', '111', '21', '331', '112', '22'].map((said) => [...said]);
    const estimate = fleissKappa(votes);
    expect(estimate.kappa).toBeCloseTo(0.375, 7);
    expect(estimate.standardError).toBeCloseTo(0.22536033, 7);
  });
});
