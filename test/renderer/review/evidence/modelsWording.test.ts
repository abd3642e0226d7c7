import { describe, expect, it } from 'vitest';
import type { TunedPrediction } from '../../../../src/protocol/api.ts';
import { describeModels } from '../../../../src/renderer/review/evidence/modelsWording.ts';

const NAMES = ['anger', 'neutral'];
const rows = (...shares: number[]) =>
  shares.map((share, label) => ({ name: NAMES[label] ?? '', label, primary: share, corrected: share }));
const tunedModel = (...shares: number[]) => ({ distribution: rows(...shares) }) as TunedPrediction;

/** In plain spaces. */
const words = (base: number[], tuned: number[] | null, said: number[]) =>
  describeModels(
    { distribution: rows(...base), tuned: tuned && tunedModel(...tuned), probabilities: said },
    (label) => NAMES[label] ?? '',
  ).replaceAll('\u00a0', ' ');

describe('what the panel says of each model', () => {
  it('is nothing where all agree with what is said', () => {
    expect(words([0.9, 0.1], [0.8, 0.2], [0.85, 0.15])).toBe('');
    expect(words([0.9, 0.1], null, [0.6, 0.4])).toBe('');
  });

  it('names both where the base model and the tuned one disagree', () => {
    expect(words([0.05, 0.9], [0.71, 0.29], [0.62, 0.38])).toBe(
      'The models disagree: the base model predicts neutral (90 %), the tuned model anger (71 %).',
    );
  });

  it('says why another label is likelier than what the models predict', () => {
    expect(words([0.05, 0.9], null, [0.62, 0.38])).toMatch(
      /^The base model alone predicts neutral \(90 %\)\..* make anger more likely\.$/,
    );
    expect(words([0.3, 0.7], [0.4, 0.6], [0.62, 0.38])).toMatch(/^Both models predict neutral/);
  });
});
