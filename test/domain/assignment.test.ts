import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitImages } from '../../src/domain/assignment.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { mixInto } from '../../src/labelQuality/round.ts';

const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 0, maxLength: 60 });
const people = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 6 });
const percent = fc.integer({ min: 0, max: 100 });

describe('images assigned to annotators', () => {
  it('are each somebody’s, the shared ones everybody’s, and shares differ by one image at most', () => {
    fc.assert(
      fc.property(names, people, percent, fc.nat(), (images, annotators, overlapPercent, seed) => {
        const { shares, shared } = splitImages(images, { annotators, overlapPercent, seed });
        const holders = images.map((_, index) => shares.filter((share) => share.includes(index)).length);
        expect(shared).toBe(Math.round((overlapPercent / 100) * images.length));
        expect(holders.filter((count) => count === annotators.length)).toHaveLength(shared);
        expect(holders.filter((count) => count === 1)).toHaveLength(images.length - shared);
        const sizes = shares.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('go to the same people whatever the order of the images, and to others with another seed', () => {
    const images = Array.from({ length: 40 }, (_, index) => `face/${index}.png`);
    const plan = { annotators: ['ann', 'bob'], overlapPercent: 20, seed: 7 };
    const of = (list: string[], seed: number) =>
      splitImages(list, { ...plan, seed }).shares.map((share) => share.map((index) => list[index]).sort());
    expect(of(images.toReversed(), 7)).toEqual(of(images, 7));
    expect(of(images, 8)).not.toEqual(of(images, 7));
  });
});

describe('images mixed into a round', () => {
  it('keep the order of the queue, and every one is there once', () => {
    fc.assert(
      fc.property(fc.nat(30), fc.nat(30), fc.nat(), (queue, extra, seed) => {
        const list = Array.from({ length: queue }, (_, index) => index);
        const more = Array.from({ length: extra }, (_, index) => 1000 + index);
        const mixed = mixInto(list, more, seededRandom(seed));
        expect(mixed.filter((id) => id < 1000)).toEqual(list);
        expect(mixed.filter((id) => id >= 1000).sort((a, b) => a - b)).toEqual(more);
      }),
    );
  });

  it('stand anywhere in it equally often', () => {
    const random = seededRandom(3);
    const places = new Array<number>(5).fill(0);
    for (let run = 0; run < 5000; run++) {
      const place = mixInto([1, 2, 3, 4], [9], random).indexOf(9);
      places[place] = (places[place] as number) + 1;
    }
    for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(1000 * 0.8));
  });
});
