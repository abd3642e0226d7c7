import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainFlag } from '../../src/shared/flagReason.ts';
import { bestOtherLabel, FLAGGED_AT, SCORE_IDS, scoreReading, scores } from '../../src/shared/scores.ts';

/** Scores that one reading allows. */
const ofReadings = SCORE_IDS.filter((id) => scores[id].score !== null);
const classNames = ['fear', 'surprise', 'pain'];

function explain(
  distribution: (number | null)[],
  given: number | null,
  anchorClasses: number[] = [],
): string {
  const anchors = anchorClasses.map((classIndex, k) => ({ classIndex, k, distance: 1 + k, similarity: 0.1 }));
  return explainFlag({ distribution, given, classNames, anchors, anchorClassNames: ['fear', 'surprise'] });
}

describe('flag scores', () => {
  it('give the values of their formulas', () => {
    const sample = scoreReading([0.2, 0.6, 0.2], 0);
    expect(sample['likelihood-ratio']).toBeCloseTo(1 / (1 + Math.exp(-Math.log(0.6 / 0.2))), 12);
    expect(sample['self-confidence']).toBeCloseTo(0.8, 12);
    expect(sample['normalised-margin']).toBeCloseTo(1 - (0.2 - 0.6 + 1) / 2, 12);
  });

  it('are null without a given label or for one that the model does not know', () => {
    for (const sample of [scoreReading([0.4, 0.6], null), scoreReading([0.4, 0.6, null], 2)]) {
      expect(Object.values(sample).every((score) => score === null)).toBe(true);
    }
  });

  it('lie in [0, 1], and flag exactly where another class is at least as likely', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.nat(), (masses, seed) => {
        const total = masses.reduce((sum, mass) => sum + mass, 0);
        fc.pre(total > 0);
        const distribution = masses.map((mass) => mass / total);
        const given = seed % distribution.length;
        const sample = scoreReading(distribution, given);
        for (const id of ofReadings) expect(sample[id] as number).toBeGreaterThanOrEqual(0);
        for (const id of ofReadings) expect(sample[id] as number).toBeLessThanOrEqual(1);
        const best = bestOtherLabel(distribution, given)?.probability as number;
        const isFlagged = (sample['likelihood-ratio'] as number) >= FLAGGED_AT;
        if (Math.abs(best - (distribution[given] as number)) > 1e-9) {
          expect(isFlagged).toBe(best > (distribution[given] as number));
        }
      }),
    );
  });

  it('are higher where the given label is less likely', () => {
    const [worse, better] = [scoreReading([0.1, 0.6, 0.3], 0), scoreReading([0.3, 0.6, 0.1], 0)];
    for (const id of ofReadings.filter((id) => id !== 'mistakenness')) {
      expect(worse[id]).toBeGreaterThan(better[id] as number);
    }
  });

  it('judge a class that has no rival', () => {
    expect(scoreReading([1], 0)['likelihood-ratio']).toBe(0);
    expect(scoreReading([0, 0], 0)['likelihood-ratio']).toBe(0.5);
  });
});

describe('the sentence that says why', () => {
  it('names what GReFEL reads instead and its anchors', () => {
    expect(explain([0.14, 0.79, null], 0, [1, 1, 1, 1, 0])).toBe(
      'GReFEL reads surprise (0.79) where the label says fear (0.14); its 4 nearest anchors are all surprise.',
    );
  });

  it('is true for an image that is not flagged', () => {
    expect(explain([0.81, 0.19, null], 0, [0, 1])).toBe(
      'GReFEL agrees with fear (0.81); next is surprise (0.19); its nearest anchor is fear.',
    );
    expect(explain([0.5, 0.5, null], 0)).toBe('GReFEL cannot tell fear (0.50) from surprise (0.50).');
  });

  it('says so where a label is flagged that GReFEL reads too', () => {
    const facts = { distribution: [0.45, 0.4, null], given: 0, flagged: true, classNames };
    expect(explainFlag({ ...facts, anchors: [], anchorClassNames: [] })).toBe(
      'GReFEL reads fear (0.45) and surprise (0.40), and the label fear is often wrong here.',
    );
  });

  it('says so where there is nothing to compare', () => {
    expect(explain([0.2, 0.8, null], 2)).toBe(
      'The model has no class for the label pain; GReFEL reads surprise (0.80).',
    );
    expect(explain([0.2, 0.8, null], null)).toBe('No label is given; GReFEL reads surprise (0.80).');
  });
});
