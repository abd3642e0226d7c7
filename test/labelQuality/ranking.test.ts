import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranking } from '../../src/labelQuality/ranking.ts';

const truthOf = (digits: string) => [...digits].map((digit) => digit === '1');
const long = Array.from({ length: 200 }, (_, i) => i);

/** roc_auc_score and average_precision_score of scikit-learn 1.9.1. */
const golden = [
  {
    name: 'distinct scores',
    scores: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2],
    truth: truthOf('10110010'),
    auroc: 0.6875,
    averagePrecision: 0.7470238095238095,
  },
  {
    name: 'ties',
    scores: [0.9, 0.9, 0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0],
    truth: truthOf('1010100100'),
    auroc: 0.7083333333333333,
    averagePrecision: 0.5361111111111111,
  },
  {
    name: 'one score for all',
    scores: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    truth: truthOf('100100'),
    auroc: 0.5,
    averagePrecision: 0.3333333333333333,
  },
  {
    name: '200 scores',
    scores: long.map((i) => ((i * 73 + 11) % 101) / 101),
    truth: long.map((i) => (i * i * 7 + i * 3) % 10 < 3),
    auroc: 0.4953645833333334,
    averagePrecision: 0.5957766642485902,
  },
];

const measureRanking = (scores: ArrayLike<number>, truth: ArrayLike<boolean>) =>
  new Ranking(scores, truth).measure();

describe('ranking measures', () => {
  it.each(golden)('agree with scikit-learn on $name', (example) => {
    const { auroc, averagePrecision } = measureRanking(example.scores, example.truth);
    expect(auroc).toBeCloseTo(example.auroc, 12);
    expect(averagePrecision).toBeCloseTo(example.averagePrecision, 12);
  });

  it('count the true ones among the first', () => {
    const truth = truthOf('1011');
    const measures = measureRanking([4, 3, 2, 1], truth);
    expect(measures.precisionAtPositives).toBeCloseTo(2 / 3, 12);
    expect(measures.recallAt100).toBe(1);
    expect(measures.precisionAt100).toBe(0.75);
  });

  it('say how much viewing an order saves', () => {
    const first = Array.from({ length: 100 }, (_, i) => i < 10);
    expect(measureRanking(first.map(Number), first).workSavedAt95).toBeCloseTo(1 - 0.095 - 0.05, 12);
    expect(
      measureRanking(
        first.map(() => 1),
        first,
      ).workSavedAt95,
    ).toBeCloseTo(0, 12);
    const curve = new Ranking(first.map(Number), first).curve(10);
    expect(curve[1]).toEqual({ viewed: 10, found: 10 });
    expect(curve[10]).toEqual({ viewed: 100, found: 10 });
  });

  it('count an image as often as a resample has drawn it', () => {
    const [scores, truth] = [[0.9, 0.4, 0.7, 0.1], truthOf('1010')];
    const repeated = measureRanking([0.9, 0.9, 0.4, 0.1], truthOf('1100'));
    expect(new Ranking(scores, truth).measure([2, 1, 0, 1])).toEqual(repeated);
  });

  it('share a run of equal scores that the cut goes through', () => {
    expect(measureRanking([1, 1, 1, 1], truthOf('1000')).precisionAtPositives).toBe(0.25);
  });

  it('do not depend on the order of the input, and reverse with the scores', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.boolean()), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, (rows) => {
        const measure = (list: typeof rows) =>
          measureRanking(
            list.map(([score]) => score),
            list.map(([, isTrue]) => isTrue),
          );
        const { auroc: area, ...forward } = measure(rows);
        const backward = measure([...rows].reverse());
        for (const [name, value] of Object.entries(forward)) {
          if (value !== null) expect(backward[name as keyof typeof forward]).toBeCloseTo(value, 9);
        }
        const reversed = measure(rows.map(([score, isTrue]) => [-score, isTrue])).auroc;
        if (area === null) expect(reversed).toBeNull();
        else expect(area + (reversed as number)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('are null where they have no meaning', () => {
    expect(measureRanking([1, 2], [false, false])).toMatchObject({ auroc: null, averagePrecision: null });
    expect(measureRanking([1, 2], [true, true]).auroc).toBeNull();
    expect(measureRanking([], []).precisionAt100).toBeNull();
  });
});
