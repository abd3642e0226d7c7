import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restricts } from '../../../src/domain/metadata.ts';
import { STATUSES } from '../../../src/domain/verdicts.ts';
import { SCORE_IDS } from '../../../src/labelQuality/scores/index.ts';
import { GROUPINGS, VIEWS } from '../../../src/protocol/queue.ts';
import { SHOWS } from '../../../src/protocol/shows.ts';
import {
  defaultRequest,
  reviewHash,
  routeFromHash,
  sameRequest,
} from '../../../src/renderer/client/route.ts';

const score = fc.integer({ min: 0, max: 20 }).map((step) => step / 20);
const number = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
);
const metadataFilters = fc
  .record({
    column: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
    values: fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 4 }),
    from: number,
    to: number,
  })
  .filter(restricts);
const requests = fc.record({
  filter: fc.record({
    show: fc.constantFrom(...SHOWS),
    given: fc.uniqueArray(fc.nat(40)),
    suggested: fc.uniqueArray(fc.nat(40)),
    earlier: fc.uniqueArray(fc.nat(40)),
    splits: fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' })),
    statuses: fc.uniqueArray(fc.constantFrom(...STATUSES)),
    minScore: score,
    maxScore: score,
    minConfidence: score,
    maxConfidence: score,
    name: fc.string({ maxLength: 30, unit: 'grapheme' }),
    metadata: fc.uniqueArray(metadataFilters, { selector: ({ column }) => column, maxLength: 4 }),
  }),
  score: fc.constantFrom(...SCORE_IDS),
  group: fc.constantFrom(...GROUPINGS),
});

describe('the address', () => {
  it('holds filter, order, grouping, image and view, whatever the names of splits, files and further columns', () => {
    fc.assert(
      fc.property(requests, fc.option(fc.nat()), fc.constantFrom(...VIEWS), (request, sampleId, view) => {
        const route = routeFromHash(reviewHash(request, sampleId, view));
        expect(route).toEqual({ screen: 'review', request, view, sampleId, explicit: true });
      }),
    );
  });

  it('without a queue leaves the place to the project', () => {
    for (const hash of ['', '#', '#/review', '#/export']) expect(routeFromHash(hash).explicit).toBe(false);
  });

  it('falls back to the default queue where it was edited into nonsense', () => {
    const route = routeFromHash('#/review?show=everything&given=x&min=2&sample=-1');
    expect(route.request).toEqual(defaultRequest);
    expect(route).toMatchObject({ screen: 'review', sampleId: null, explicit: false });
    expect(routeFromHash('#/nowhere').screen).toBe('review');
  });

  it('distinguishes two queues by filter and score only', () => {
    expect(sameRequest(defaultRequest, structuredClone(defaultRequest))).toBe(true);
    expect(sameRequest(defaultRequest, { ...defaultRequest, score: 'self-confidence' })).toBe(false);
  });
});
