import { describe, expect, it } from 'vitest';
import {
  findDoubtfulPairs,
  LARGE_SHARE,
  pairState,
  REVIEWED_FIRST,
  shareOfPair,
} from '../../src/labelQuality/pairDoubt.ts';

/** 100 labels of class 0, of which the first `flagged` are said to be wrong, towards class 1. */
function labelled(flagged: number, wrong = 0.9) {
  const images = Array.from({ length: 100 }, (_, image) => image);
  return {
    ids: images.map((image) => image + 1),
    labels: images.map(() => 0),
    alternative: images.map(() => 1),
    wrong: images.map((image) => (image < flagged ? wrong : 0.1)),
  };
}

describe('doubt in a pair of classes', () => {
  it('arises where a large share of a class is flagged towards one other class', () => {
    const [doubt, ...others] = findDoubtfulPairs(labelled(60));
    expect(others).toEqual([]);
    expect(doubt).toMatchObject({ given: 0, suggested: 1, scored: 100, flagged: 60 });
    expect(findDoubtfulPairs(labelled(100 * LARGE_SHARE - 1))).toEqual([]);
  });

  it('does not arise from labels that are not flagged, from unlabelled images, or from a few', () => {
    expect(findDoubtfulPairs(labelled(60, 0.49))).toEqual([]);
    expect(findDoubtfulPairs({ ...labelled(60), labels: new Array<number>(100).fill(-1) })).toEqual([]);
    const few = labelled(19);
    const firstOf = (values: readonly number[]) => values.slice(0, 19);
    expect(
      findDoubtfulPairs({
        ids: firstOf(few.ids),
        labels: firstOf(few.labels),
        alternative: firstOf(few.alternative),
        wrong: firstOf(few.wrong),
      }),
    ).toEqual([]);
  });

  it('asks for ten flagged images at random, the same ones each time', () => {
    const [first, again] = [findDoubtfulPairs(labelled(60))[0], findDoubtfulPairs(labelled(60))[0]];
    expect(first?.sample).toEqual(again?.sample);
    expect(new Set(first?.sample).size).toBe(REVIEWED_FIRST);
    expect(first?.sample.every((id) => id >= 1 && id <= 60)).toBe(true);
    expect(first?.sample).not.toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('is decided by most of them, once all have a decision', () => {
    expect(pairState({ reviewed: 9, wrong: 9 }, 10)).toBe('open');
    expect(pairState({ reviewed: 10, wrong: 5 }, 10)).toBe('confirmed');
    expect(pairState({ reviewed: 10, wrong: 4 }, 10)).toBe('refuted');
  });

  it('leaves everything possible before the first decision, and less with each', () => {
    expect(shareOfPair({ reviewed: 0, wrong: 0 })).toEqual({ estimate: 0.5, low: 0, high: 1 });
    const { estimate, low, high } = shareOfPair({ reviewed: 10, wrong: 1 });
    expect(estimate).toBeCloseTo(2 / 12);
    expect([low > 0, high < 0.5]).toEqual([true, true]);
  });
});
