import { describe, expect, it } from 'vitest';
import { modelMetadataSchema } from '../../../src/domain/model.ts';
import { LabelTranslator } from '../../../src/main/issues/index.ts';

const model = modelMetadataSchema.parse({
  contract: 1,
  name: 'three',
  version: '1',
  classes: [{ name: 'happiness' }, { name: 'sadness' }, { name: 'contempt' }],
  anchorsPerClass: 2,
  embeddingSize: 4,
  delta: 1,
  inputSize: 112,
});

describe('a model in the words of a dataset', () => {
  it('has its distribution summed and renormalised over the mapped classes', () => {
    const translator = new LabelTranslator(['happy', 'sad'], model);
    expect(translator.overLabels([0.3, 0.2, 0.5], 0)).toEqual([0.6, 0.4]);
  });

  it('gives no probability to a class that only the dataset has, and no score where it is given', () => {
    const translator = new LabelTranslator(['bored', 'happy', 'sad'], model);
    expect(translator.knows(0)).toBe(false);
    expect(translator.overLabels([0.9, 0.1, 0], 0)[0]).toBeNull();
    const flag = translator.flag(7, { corrected: [0.9, 0.1, 0], attentive: null }, 0, null);
    expect(flag).toMatchObject({ sampleId: 7, suggestedClass: 1 });
    expect(Object.values(flag.scores).every((score) => score === null)).toBe(true);
    const prediction = { corrected: [0.9, 0.1, 0], anchors: [] };
    expect(translator.explain(flag, prediction, 0, 0.5)).toMatch(
      /^GReFEL has no class matching "bored"; it suggests happy \(\d+\u00a0%\)\.$/,
    );
    expect(translator.probabilities(flag, prediction, 0)[0]).toBeNull();
  });

  it('does not flag one of two names for the same class', () => {
    const translator = new LabelTranslator(['happy', 'joy', 'sad'], model);
    for (const given of [0, 1]) {
      const flag = translator.flag(1, { corrected: [0.9, 0.1, 0], attentive: null }, given, null);
      expect(flag.suggestedClass).toBe(given);
      expect(flag.scores['likelihood-ratio']).toBeCloseTo(0.1);
    }
  });

  it('suggests the usual one of several spellings', () => {
    const counts = new Map([
      ['HAPPY', 1],
      ['happy', 9],
    ]);
    const translator = new LabelTranslator(['HAPPY', 'happy', 'sad'], model, {}, new Map(), counts);
    expect(translator.overLabels([0.9, 0.1, 0], 2)).toEqual([null, 0.9, 0.1]);
    expect(translator.overLabels([0.9, 0.1, 0], 0)).toEqual([0.9, null, 0.1]);
    expect(translator.labelOfModelClass(0)).toBe(1);
  });

  it('names anchors in the spelling of the dataset where it has the class', () => {
    const translator = new LabelTranslator(['Happy'], model);
    expect([0, 1, 2].map((modelClass) => translator.nameOfModelClass(modelClass))).toEqual([
      'Happy',
      'sadness',
      'contempt',
    ]);
    expect(translator.labelOfModelClass(2)).toBeNull();
  });
});
