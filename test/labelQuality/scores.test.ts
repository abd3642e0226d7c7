import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainFlag } from '../../src/labelQuality/flagReason.ts';
import { FLAGGED_AT } from '../../src/labelQuality/flagThreshold.ts';
import { bestOtherLabel, scoreSample, scoresFrom } from '../../src/labelQuality/scores/index.ts';

/** Scores that one distribution allows. */
const ofPredictions = scoresFrom('distribution').map(({ id }) => id);
const classNames = ['fear', 'surprise', 'pain'];

const explain = (
  probabilities: (number | null)[],
  given: number | null,
  flagged = false,
  anchors: string[] = [],
): string =>
  explainFlag({ probabilities, given, flagged, classNames, anchors, readBy: 'GReFEL' }).replaceAll(
    '\u00a0',
    ' ',
  );

describe('flag scores', () => {
  it('give the values of their formulas', () => {
    const sample = scoreSample([0.2, 0.6, 0.2], 0);
    expect(sample['likelihood-ratio']).toBeCloseTo(1 / (1 + Math.exp(-Math.log(0.6 / 0.2))), 12);
    expect(sample['self-confidence']).toBeCloseTo(0.8, 12);
    expect(sample['normalised-margin']).toBeCloseTo(1 - (0.2 - 0.6 + 1) / 2, 12);
  });

  it('are null without a given label or for one that the model does not know', () => {
    for (const sample of [scoreSample([0.4, 0.6], null), scoreSample([0.4, 0.6, null], 2)]) {
      expect(Object.values(sample).every((score) => score === null)).toBe(true);
    }
  });

  it('include what is known besides the distribution, and null for what is not', () => {
    const sample = scoreSample([0.4, 0.6], 0, { 'wrong-label': 0.7, 'anchor-distance': Number.NaN });
    expect(sample['wrong-label']).toBe(0.7);
    expect(sample['anchor-distance']).toBeNull();
    expect(sample['neighbour-conflict']).toBeNull();
    expect(scoreSample([0.4, 0.6], null, { 'wrong-label': 0.7 })['wrong-label']).toBe(0.7);
  });

  it('lie in [0, 1], and flag exactly where another class is at least as likely', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.nat(), (masses, seed) => {
        const total = masses.reduce((sum, mass) => sum + mass, 0);
        fc.pre(total > 0);
        const distribution = masses.map((mass) => mass / total);
        const given = seed % distribution.length;
        const sample = scoreSample(distribution, given);
        for (const id of ofPredictions) expect(sample[id] as number).toBeGreaterThanOrEqual(0);
        for (const id of ofPredictions) expect(sample[id] as number).toBeLessThanOrEqual(1);
        const best = bestOtherLabel(distribution, given)?.probability as number;
        const isFlagged = (sample['likelihood-ratio'] as number) >= FLAGGED_AT;
        if (Math.abs(best - (distribution[given] as number)) > 1e-9) {
          expect(isFlagged).toBe(best > (distribution[given] as number));
        }
      }),
    );
  });

  it('are higher where the given label is less likely', () => {
    const [worse, better] = [scoreSample([0.1, 0.6, 0.3], 0), scoreSample([0.3, 0.6, 0.1], 0)];
    for (const id of ofPredictions.filter((id) => id !== 'mistakenness')) {
      expect(worse[id]).toBeGreaterThan(better[id] as number);
    }
  });

  it('score a class that has no rival', () => {
    expect(scoreSample([1], 0)['likelihood-ratio']).toBe(0);
    expect(scoreSample([0, 0], 0)['likelihood-ratio']).toBe(0.5);
  });
});

describe('the sentence that says why', () => {
  it('says what is seen instead, and what the closest reference faces are', () => {
    const faces = ['surprise', 'surprise', 'surprise', 'surprise', 'fear'];
    expect(explain([0.004, 0.79, null], 0, true, faces)).toBe(
      'GReFEL sees surprise (79 %), not fear (0.4 %). The 4 closest reference faces are all surprise.',
    );
  });

  it('is true for an image that is not flagged', () => {
    expect(explain([0.81, 0.19, null], 0, false, ['fear', 'surprise'])).toBe(
      'GReFEL agrees with fear (81 %); next is surprise (19 %). The closest reference face is fear.',
    );
    expect(explain([0.9995, 0.0005, null], 0)).toBe(
      'GReFEL agrees with fear (over 99 %); next is surprise (under 0.1 %).',
    );
  });

  it('is true wherever labels are flagged from', () => {
    expect(explain([0.6, 0.3, 0.1], 0, true)).toBe(
      'fear (60 %) is most likely, but surprise (30 %) is likely enough for a flag.',
    );
    expect(explain([0.4, 0.35, 0.25], 0, true)).toBe(
      'The other classes together are more likely than fear (40 %); the likeliest of them is surprise (35 %).',
    );
    expect(explain([0.4, 0.55, 0.05], 0, false)).toBe(
      'surprise (55 %) is more likely than fear (40 %), but not likely enough for a flag.',
    );
  });

  it('says so where there is nothing to compare', () => {
    expect(explain([0.2, 0.8, null], 2)).toBe(
      'GReFEL has no class matching "pain"; it suggests surprise (80 %).',
    );
    expect(explain([0.2, 0.8, null], null)).toBe('No label is given; GReFEL suggests surprise (80 %).');
    expect(explain([1, null, null], 0)).toBe('GReFEL has no other class to compare with fear.');
  });
});
