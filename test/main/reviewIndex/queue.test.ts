import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATUSES, VERDICTS } from '../../../src/domain/verdicts.ts';
import { DEFAULT_SCORE, scoresBy } from '../../../src/labelQuality/scores/index.ts';
import type { Flag, Sample } from '../../../src/main/project/index.ts';
import { buildQueue, ReviewIndex } from '../../../src/main/reviewIndex/index.ts';
import { type QueueFilter, queueFilterSchema } from '../../../src/protocol/queue.ts';
import { SHOWS } from '../../../src/protocol/shows.ts';

const CLASSES = 3;
const LABEL_GROUPINGS = ['none', 'given', 'suggested', 'pair'] as const;
const label = fc.option(fc.nat(CLASSES - 1), { nil: null });
const score = fc.option(fc.constantFrom(0, 0.2, 0.5, 0.7, 1), { nil: null });

const sampleAndFlag = fc
  .record({
    split: fc.constantFrom(null, 'train', 'test'),
    givenClass: label,
    state: fc.constantFrom('read' as const, 'unreadable' as const, 'pending' as const),
    currentVerdict: fc.option(fc.constantFrom(...VERDICTS), { nil: null }),
    suggestedClass: label,
    score,
    confidence: fc.constantFrom(0, 0.4, 0.97),
    trainedOn: fc.constantFrom(null, 'same-pixels' as const),
  })
  .map((facts) => facts);

const filters: fc.Arbitrary<QueueFilter> = fc
  .record({
    show: fc.constantFrom(...SHOWS),
    given: fc.uniqueArray(fc.nat(CLASSES - 1)),
    suggested: fc.uniqueArray(fc.nat(CLASSES - 1)),
    splits: fc.uniqueArray(fc.constantFrom('train', 'test')),
    statuses: fc.uniqueArray(fc.constantFrom(...STATUSES)),
    minScore: fc.constantFrom(0, 0.5),
    maxScore: fc.constantFrom(0.6, 1),
  })
  .map((filter) => queueFilterSchema.parse(filter));

function indexOf(
  facts: readonly (typeof sampleAndFlag extends fc.Arbitrary<infer T> ? T : never)[],
): ReviewIndex {
  const samples = facts.map(
    (
      fact,
      id,
    ): Pick<
      Sample,
      'id' | 'image' | 'split' | 'givenClass' | 'state' | 'currentVerdict' | 'currentClass'
    > => ({
      id: id + 1,
      image: `${id}.png`,
      split: fact.split,
      givenClass: fact.givenClass,
      state: fact.state,
      currentVerdict: fact.currentVerdict,
      currentClass: fact.currentVerdict === 'relabelled' ? 0 : null,
    }),
  );
  const flags = facts.flatMap((fact, id): Flag[] =>
    fact.state !== 'read'
      ? []
      : [
          {
            sampleId: id + 1,
            suggestedClass: fact.suggestedClass,
            alternativeClass: null,
            alternativeProbability: null,
            scores: scoresBy(() => fact.score),
            trainedOn: fact.trainedOn,
          },
        ],
  );
  const index = ReviewIndex.of(samples, flags);
  for (const [row, { confidence }] of facts.entries()) index.confidence[row] = confidence;
  return index;
}

const queueOf = (index: ReviewIndex, filter: QueueFilter) =>
  buildQueue(index, filter, DEFAULT_SCORE, CLASSES);

describe('scanned, unreadable and flagged images', () => {
  it('is counted rightly after any number of changes', () => {
    const change = fc.record({
      row: fc.nat(5),
      what: fc.constantFrom('read' as const, 'unreadable' as const, 'threshold' as const),
      score,
    });
    fc.assert(
      fc.property(
        fc.array(sampleAndFlag, { minLength: 1, maxLength: 6 }),
        fc.array(change),
        (facts, changes) => {
          const index = indexOf(facts);
          for (const { row, what, score } of changes) {
            const sampleId = (row % facts.length) + 1;
            if (what === 'threshold') index.flaggedAt = score ?? 0.5;
            else if (what === 'unreadable') index.setUnreadable(sampleId);
            else {
              index.setFlag({
                sampleId,
                suggestedClass: 0,
                alternativeClass: null,
                alternativeProbability: null,
                scores: scoresBy(() => score),
                trainedOn: null,
              });
            }
          }
          const shown = (show: 'flagged' | 'unreadable') =>
            queueOf(index, queueFilterSchema.parse({ show })).rows.length;
          expect(index.scanCounts).toEqual({
            scanned: index.scanned.filter(Boolean).length,
            unreadable: shown('unreadable'),
            flagged: shown('flagged'),
          });
        },
      ),
    );
  });
});

describe('the probability from which labels are flagged', () => {
  const wrong = (score: number): Flag => ({
    sampleId: 1,
    suggestedClass: score >= 0.5 ? 2 : 0,
    alternativeClass: 2,
    alternativeProbability: score,
    scores: scoresBy(() => score),
    trainedOn: null,
  });
  const indexWith = (score: number, flaggedAt: number) => {
    const sample = { id: 1, image: 'a.png', split: null, givenClass: 0, state: 'read' as const };
    const index = ReviewIndex.of([{ ...sample, currentVerdict: null, currentClass: null }], [wrong(score)]);
    index.flaggedAt = flaggedAt;
    return index;
  };
  const flagged = queueFilterSchema.parse({ show: 'flagged' });

  it.each([
    [0.3, 0.2, true],
    [0.3, 0.5, false],
    [0.7, 0.5, true],
    [0.7, 0.8, false],
  ])('decides for a label that is wrong with %s, from %s on', (score, flaggedAt, is) => {
    const index = indexWith(score, flaggedAt);
    expect(queueOf(index, flagged).rows).toHaveLength(is ? 1 : 0);
    expect(index.item(0, DEFAULT_SCORE).suggested).toBe(is ? 2 : 0);
  });
});

describe('the review queue', () => {
  it('finds the images whose name holds a text, in any case of A to Z', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', 'b', 'é', '/', '.'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(name), name.filter(Boolean), (names, part) => {
        const samples = names.map((image, row) => ({
          id: row + 1,
          image,
          split: null,
          givenClass: null,
          state: 'read' as const,
          currentVerdict: null,
          currentClass: null,
        }));
        const index = ReviewIndex.of(samples, []);
        const { rows } = queueOf(index, queueFilterSchema.parse({ show: 'all', name: part }));
        const expected = names.filter((image) => image.toLowerCase().includes(part.toLowerCase()));
        expect([...rows].map((row) => index.image(row))).toEqual(expected);
      }),
    );
  });

  it('gathers what is given and suggested alike, each group in the order of the score', () => {
    fc.assert(
      fc.property(fc.array(sampleAndFlag), fc.constantFrom(...LABEL_GROUPINGS), (facts, grouping) => {
        const index = indexOf(facts);
        const filter = queueFilterSchema.parse({ show: 'all' });
        const { rows, groups } = buildQueue(index, filter, DEFAULT_SCORE, CLASSES, grouping);
        const plain = [...queueOf(index, filter).rows];
        expect([...rows].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
        if (grouping === 'none') expect(groups).toEqual([]);
        let start = grouping === 'none' ? rows.length : 0;
        for (const group of groups) {
          expect(group.start).toBe(start);
          const members = rows.subarray(start, start + group.count);
          const items = [...members].map((row) => index.item(row, DEFAULT_SCORE));
          for (const { given, suggested } of items) {
            if (grouping !== 'suggested') expect(given).toBe(group.given);
            if (grouping !== 'given') expect(suggested).toBe(group.suggested);
          }
          const places = [...members].map((row) => plain.indexOf(row));
          expect(places).toEqual([...places].sort((a, b) => a - b));
          start += group.count;
        }
        expect(start).toBe(rows.length);
      }),
    );
  });

  it('groups clusters in the order of their highest score, with single images at the end', () => {
    const clustered = fc.array(fc.record({ fact: sampleAndFlag, key: fc.integer({ min: -1, max: 3 }) }));
    fc.assert(
      fc.property(clustered, (entries) => {
        const index = indexOf(entries.map(({ fact }) => fact));
        const filter = queueFilterSchema.parse({ show: 'all' });
        const plain = [...queueOf(index, filter).rows];
        const keys = Int32Array.from(entries, ({ key }) => key);
        const clusters = { keys, names: ['a', 'b', 'c', 'd'] };
        const { rows, groups } = buildQueue(index, filter, DEFAULT_SCORE, CLASSES, 'run', clusters);
        expect([...rows].sort((a, b) => a - b)).toEqual([...plain].sort((a, b) => a - b));
        const members = groups.map(({ start, count }) => [...rows.subarray(start, start + count)]);
        expect(members.flat()).toEqual([...rows]);
        const firsts: number[] = [];
        for (const [at, group] of groups.entries()) {
          const own = members[at] ?? [];
          expect(own).toEqual([...own].sort((a, b) => plain.indexOf(a) - plain.indexOf(b)));
          if (group.name === null) expect(at).toBe(groups.length - 1);
          else {
            expect(own.length).toBeGreaterThan(1);
            expect(new Set(own.map((row) => clusters.names[keys[row] ?? -1]))).toEqual(new Set([group.name]));
            firsts.push(plain.indexOf(own[0] ?? -1));
            if (group.given !== null) {
              expect(own.every((row) => index.item(row, DEFAULT_SCORE).given === group.given)).toBe(true);
            }
          }
        }
        expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      }),
    );
  });

  it('has the image most likely wrong first and those without a score last', () => {
    fc.assert(
      fc.property(fc.array(sampleAndFlag), (facts) => {
        const index = indexOf(facts);
        const { rows } = queueOf(index, queueFilterSchema.parse({ show: 'all' }));
        const keys = [...rows].map((row) => index.item(row, DEFAULT_SCORE).score ?? -1);
        expect(keys).toEqual([...keys].sort((a, b) => b - a));
        expect(rows.length).toBe(facts.length);
      }),
    );
  });

  it('is in the order of the scores as they are, also when a few of many have changed since', () => {
    const rows = fc.array(score, { minLength: 200, maxLength: 200 });
    const changes = fc.array(fc.record({ row: fc.nat(199), score }), { maxLength: 4 });
    fc.assert(
      fc.property(rows, changes, (scores, changes) => {
        const flagOf = (row: number, score: number | null): Flag => ({
          sampleId: row + 1,
          suggestedClass: 0,
          alternativeClass: null,
          alternativeProbability: null,
          scores: scoresBy(() => score),
          trainedOn: null,
        });
        const indexWith = (scores: readonly (number | null)[]) => {
          const samples = scores.map((_, row) => ({
            id: row + 1,
            image: `${row}.png`,
            split: null,
            givenClass: 0,
            state: 'read' as const,
            currentVerdict: null,
            currentClass: null,
          }));
          return ReviewIndex.of(
            samples,
            scores.map((score, row) => flagOf(row, score)),
          );
        };
        const index = indexWith(scores);
        index.order(DEFAULT_SCORE); // made before the changes
        const changed = [...scores];
        for (const { row, score } of changes) {
          index.setFlag(flagOf(row, score));
          changed[row] = score;
        }
        expect(index.order(DEFAULT_SCORE)).toEqual(indexWith(changed).order(DEFAULT_SCORE));
      }),
      { numRuns: 40 },
    );
  });

  it('counts for each choice of a filter what that choice alone would show', () => {
    fc.assert(
      fc.property(fc.array(sampleAndFlag, { maxLength: 30 }), filters, (facts, filter) => {
        const index = indexOf(facts);
        const { facets } = queueOf(index, filter);
        const totalOf = (change: Partial<QueueFilter>) =>
          queueOf(index, { ...filter, ...change }).rows.length;
        for (const show of SHOWS) expect(facets.show[show]).toBe(totalOf({ show }));
        for (let given = 0; given < CLASSES; given++)
          expect(facets.given[given]).toBe(totalOf({ given: [given] }));
        for (let suggested = 0; suggested < CLASSES; suggested++) {
          expect(facets.suggested[suggested]).toBe(totalOf({ suggested: [suggested] }));
        }
        for (const split of index.splits) expect(facets.splits[split]).toBe(totalOf({ splits: [split] }));
        for (const status of STATUSES) expect(facets.statuses[status]).toBe(totalOf({ statuses: [status] }));
      }),
      { numRuns: 60 },
    );
  });

  it('has the same images and counts after changes that it has followed as when they came before it', () => {
    const change = fc.record({
      row: fc.nat(9),
      what: fc.constantFrom(
        'flag',
        'unreadable',
        'verdict',
        'dispute',
        'confidence',
        'threshold',
        'selection',
      ),
      label: fc.nat(CLASSES - 1),
      score,
      status: fc.constantFrom(...STATUSES),
    });
    const apply = (
      index: ReviewIndex,
      { row, what, label, score, status }: typeof change extends fc.Arbitrary<infer Change> ? Change : never,
    ) => {
      const sampleId = (row % index.size) + 1;
      if (what === 'flag') {
        index.setFlag({
          sampleId,
          suggestedClass: label,
          alternativeClass: null,
          alternativeProbability: null,
          scores: scoresBy(() => score),
          trainedOn: 'near-copy',
        });
      } else if (what === 'unreadable') index.setUnreadable(sampleId);
      else if (what === 'verdict') index.setVerdict(sampleId, status, label);
      else if (what === 'dispute') index.setDisagreement(sampleId, label > 0);
      else if (what === 'confidence') index.setConfidence(sampleId - 1, score ?? Number.NaN);
      else if (what === 'threshold') index.flaggedAt = score ?? 0.5;
      else index.setSelection([sampleId]);
    };
    fc.assert(
      fc.property(
        fc.array(sampleAndFlag, { minLength: 1, maxLength: 10 }),
        fc.array(change, { maxLength: 12 }),
        filters,
        (facts, changes, filter) => {
          const [followed, fresh] = [indexOf(facts), indexOf(facts)];
          for (const one of changes) {
            queueOf(followed, filter);
            apply(followed, one);
            apply(fresh, one);
          }
          expect(queueOf(followed, filter)).toEqual(queueOf(fresh, filter));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('counts its images by score and confidence, whatever the filters by them are', () => {
    const bin = (value: number | null) =>
      value === null || Number.isNaN(value) ? -1 : Math.min(19, Math.floor(Math.fround(value) * 20));
    fc.assert(
      fc.property(fc.array(sampleAndFlag, { maxLength: 30 }), filters, (facts, filter) => {
        const index = indexOf(facts);
        const { facets } = queueOf(index, filter);
        const expected = Array.from({ length: 20 }, () => 0);
        for (const row of queueOf(index, { ...filter, minScore: 0, maxScore: 1 }).rows) {
          const at = bin(index.item(row, DEFAULT_SCORE).score);
          if (at >= 0) expected[at] = (expected[at] as number) + 1;
        }
        expect(facets.scoreHistogram).toEqual(expected);
        const byConfidence = Array.from({ length: 20 }, () => 0);
        for (const row of queueOf(index, filter).rows) {
          const at = bin(index.confidence[row] as number);
          byConfidence[at] = (byConfidence[at] as number) + 1;
        }
        expect(facets.confidenceHistogram).toEqual(byConfidence);
      }),
      { numRuns: 100 },
    );
  });
});
