import { describe, expect, it } from 'vitest';
import { secondsPerImage } from '../../src/domain/pace.ts';
import { measureYield } from '../../src/labelQuality/reviewYield.ts';
import { adviseReview } from '../../src/labelQuality/stopAdvice.ts';

const viewed = (pattern: string) => [...pattern].map((letter) => ({ wrong: letter === 'x' }));

describe('the yield of a review', () => {
  it('counts the wrong labels in blocks of images, and in the last hundred', () => {
    const reviewed = viewed('x'.repeat(15) + '.'.repeat(5) + 'x'.repeat(5) + '.'.repeat(105));
    const { found, recent } = measureYield(reviewed, []);
    expect(found.slice(0, 3)).toEqual([
      { from: 0, size: 10, wrong: 10 },
      { from: 10, size: 10, wrong: 5 },
      { from: 20, size: 10, wrong: 5 },
    ]);
    expect(found).toHaveLength(13);
    expect(recent).toMatchObject({ viewed: 100, wrong: 0 });
  });

  it('says how many images ahead are worth looking at', () => {
    const ahead = [...new Array<number>(200).fill(0.9), ...new Array<number>(1000).fill(0.001)];
    const { nextPerHundred, imagesWorthwhile, errorsWorthwhile, ahead: blocks } = measureYield([], ahead);
    expect(nextPerHundred).toBeCloseTo(90, 6);
    expect(imagesWorthwhile).toBe(200);
    expect(errorsWorthwhile).toBeCloseTo(180, 6);
    expect(blocks[0]).toMatchObject({ from: 0, size: 20 });
    expect(blocks.reduce((sum, { wrong }) => sum + wrong, 0)).toBeCloseTo(181, 6);
  });

  it('counts a few sure errors among many right labels as worth looking at', () => {
    const { imagesWorthwhile, nextPerHundred } = measureYield(
      [],
      [0.99, 0.99, ...new Array<number>(98).fill(0)],
    );
    expect(nextPerHundred).toBeCloseTo(1.98, 6);
    expect(imagesWorthwhile).toBe(2);
  });

  it('has nothing to say of an empty queue', () => {
    expect(measureYield([], [])).toMatchObject({
      found: [],
      ahead: [],
      recent: null,
      nextPerHundred: null,
      imagesWorthwhile: 0,
      errorsWorthwhile: 0,
    });
  });
});

describe('the pace of a review', () => {
  it('leaves breaks out', () => {
    const minute = 60_000;
    const times = [0, 2000, 4000, 6000, 6000 + 30 * minute, 8000 + 30 * minute, 10_000 + 30 * minute];
    expect(secondsPerImage(times)).toBe(2);
  });

  it('shares the time of a bulk verdict among its images', () => {
    expect(secondsPerImage([0, 10_000, 10_000, 10_000, 10_000, 10_000])).toBe(2);
  });

  it('is not known from a few verdicts', () => {
    expect(secondsPerImage([0, 1000, 2000])).toBeNull();
  });
});

describe('the advice when to stop', () => {
  const few = { estimate: 10, low: 2, high: 30 };
  const many = { estimate: 100, low: 60, high: 150 };
  const measured = (pattern: string, ahead: number[]) => measureYield(viewed(pattern), ahead);

  it.each([
    ['begin', 'nothing was looked at', measured('', [0.9, 0.9]), few, 2, 0],
    ['go-on', 'the next images are likely wrong', measured('x'.repeat(60), [0.9, 0.9]), few, 2, 0],
    [
      'overrated',
      'they should be, but the last hundred were right',
      measured('.'.repeat(100), [0.9]),
      few,
      1,
      0,
    ],
    ['audit', 'the queue is used up and nobody checked it', measured('x'.repeat(60), [0.01]), few, 1000, 0],
    ['missed', 'a random sample found many more', measured('x'.repeat(60), [0.01]), many, 1000, 60],
    ['stop', 'a random sample found few more', measured('x'.repeat(60), [0.01]), few, 1000, 60],
    ['nothing', 'no label could be scored', measured('', []), few, 0, 0],
    ['stop', 'every image has a verdict', measured('x'.repeat(60), []), few, 0, 0],
  ] as const)('is "%s" when %s', (advice, _when, yielded, left, unreviewed, audited) => {
    expect(adviseReview(yielded, left, unreviewed, audited)).toBe(advice);
  });
});
