import { describe, expect, it } from 'vitest';
import { labelProbabilities, likeliestOther, wrongLabel } from '../../src/labelQuality/labelProbabilities.ts';
import { scoreAlone } from '../../src/labelQuality/rankLabels.ts';
import { DEFAULT_SCORE, scoresBy } from '../../src/labelQuality/scores/index.ts';

const storedWith = (wrong: number | null) => scoresBy((id) => (id === DEFAULT_SCORE ? wrong : null));

describe('how likely each label is the true one', () => {
  it('is what was stored, without classes that nothing has a probability for', () => {
    const truth = Float32Array.of(0.25, Number.NaN, 0.75);
    const stored = { scores: storedWith(0.75), alternativeClass: 2, alternativeProbability: 0.75, truth };
    expect(labelProbabilities(stored, 0, [0.9, 0.1, null])).toEqual([0.25, null, 0.75]);
    expect(wrongLabel(stored)).toBe(0.75);
  });

  it('agrees with the wrong-label probability and the suggestion where an older version stored no more', () => {
    const stored = { scores: storedWith(0.9), alternativeClass: 1, alternativeProbability: 0.6, truth: null };
    const probabilities = labelProbabilities(stored, 0, [0.3, 0.1, 0.2, 0.4, null]);
    expect(probabilities[0]).toBeCloseTo(0.1);
    expect(probabilities[1]).toBe(0.6);
    expect(probabilities[2]).toBeCloseTo(0.1);
    expect(probabilities[3]).toBeCloseTo(0.2);
    expect(probabilities[4]).toBeNull();
    expect(likeliestOther(probabilities, 0)).toBe(1);
  });

  it('is the model’s prediction where the label cannot be checked', () => {
    const stored = { scores: storedWith(null), alternativeClass: null, alternativeProbability: null };
    expect(labelProbabilities(stored, null, [0.3, 0.7])).toEqual([0.3, 0.7]);
  });

  it('leaves the label what is not wrong, of one image as of many', () => {
    const scored = scoreAlone([0.1, 0.7, 0.2], 0);
    if (scored === null) throw new Error('it can be scored');
    expect(scored.truth[0]).toBeCloseTo(1 - scored.wrong);
    expect(scored.truth[1]).toBe(scored.alternativeProbability);
    expect(scored.truth.reduce((sum, share) => sum + share)).toBeCloseTo(1);
  });
});
