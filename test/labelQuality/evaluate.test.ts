import { describe, expect, it } from 'vitest';
import { type EvaluatedImage, evaluateFlags } from '../../src/labelQuality/evaluate.ts';
import { scoresBy } from '../../src/labelQuality/scores/index.ts';

const image = (given: string, truth: string, score: number | null, suggested = truth): EvaluatedImage => ({
  given,
  truth,
  suggested,
  alternative: suggested,
  flagged: (score ?? 0) >= 0.5,
  scores: scoresBy((id) => (id === 'neighbour-conflict' ? null : score)),
});

/** 100 images, each tenth wrong; the wrong ones score higher, but for every fifth of them. */
const images = Array.from({ length: 100 }, (_, i) =>
  i % 10 === 0
    ? image('happy', 'sad', i % 50 === 0 ? 0.1 : 0.9, i % 20 === 0 ? 'sad' : 'happy')
    : image(i % 2 === 0 ? 'happy' : 'sad', i % 2 === 0 ? 'happy' : 'sad', 0.2),
);

describe('an evaluation against truth', () => {
  it('measures each score on the images that have it', () => {
    const evaluation = evaluateFlags([...images, image('happy', 'sad', null)]);
    expect(evaluation).toMatchObject({ images: 100, errors: 10, withoutScore: 1, suggestionAccuracy: 0.5 });
    const quality = evaluation.scores.find(({ score }) => score === 'self-confidence');
    expect(quality).toMatchObject({ images: 100, errors: 10, precisionAtPositives: 0.8 });
    expect(evaluation.scores.find(({ score }) => score === 'neighbour-conflict')).toMatchObject({
      images: 0,
      auroc: null,
    });
  });

  it('gives intervals around its values, the same ones each time', () => {
    const [first, second] = [evaluateFlags(images), evaluateFlags(images)];
    expect(second).toEqual(first);
    for (const quality of first.scores.filter(({ images }) => images > 0)) {
      const { low, high } = quality.intervals.averagePrecision ?? { low: 1, high: 0 };
      expect(low).toBeLessThan(quality.averagePrecision as number);
      expect(high).toBeGreaterThan(quality.averagePrecision as number);
    }
  });

  it('says how far the default score is a probability, and what each class is like', () => {
    const { calibration, classes } = evaluateFlags(images);
    expect(calibration.bins.map(({ count }) => count)).toEqual([2, 90, 8]);
    expect(calibration.error).toBeCloseTo((2 * 0.9 + 90 * 0.2 + 8 * 0.1) / 100, 9);
    expect(classes).toMatchObject([
      { className: 'happy', images: 50, errors: 10, flagged: 8, precision: 1, recall: 0.8 },
      { className: 'sad', images: 50, errors: 0, flagged: 0, precision: null, recall: null },
    ]);
  });

  it('has no measure where no label is wrong', () => {
    const { scores, suggestionAccuracy } = evaluateFlags([image('sad', 'sad', 0.4)]);
    expect(scores[0]).toMatchObject({ auroc: null, averagePrecision: null, workSavedAt95: null });
    expect(suggestionAccuracy).toBeNull();
  });
});
