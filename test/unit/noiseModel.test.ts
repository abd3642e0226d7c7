import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateReading } from '../../src/shared/calibratedReading.ts';
import { learnNoise } from '../../src/shared/learnNoise.ts';
import { assumedNoise, estimateErrorRate, weighEvidence } from '../../src/shared/noiseModel.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { judgeAlone, rankLabels } from '../../src/shared/rankLabels.ts';

const CLASSES = 4;

/** Images that a model reads with 97 % certainty, rightly; a share of the labels of class 0 says 1. */
function mislabelled(images: number, share: number) {
  const random = seededRandom(5);
  const truths = Array.from({ length: images }, () => Math.floor(random() * CLASSES));
  const labels = truths.map((truth) => (truth === 0 && random() < share ? 1 : truth));
  const distributions = truths.flatMap((truth) =>
    Array.from({ length: CLASSES }, (_, c) => (c === truth ? 0.97 : 0.01)),
  );
  return { truths, labels, distributions };
}

describe('the noise of a dataset', () => {
  it('is learnt without the truth', () => {
    const { labels, distributions } = mislabelled(2000, 0.5);
    const rates = learnNoise({ distributions, labels, classes: CLASSES });
    for (let truth = 0; truth < CLASSES; truth++) {
      expect(rates.reduce((sum, row) => sum + (row[truth] as number), 0)).toBeCloseTo(1, 9);
    }
    expect(rates[1]?.[0] as number).toBeGreaterThan(4 * (rates[2]?.[0] as number));
    expect(rates[1]?.[0] as number).toBeGreaterThan(4 * (rates[0]?.[1] as number));
    expect(estimateErrorRate(distributions, labels, CLASSES)).toBeGreaterThan(0.03);
  });

  it('is even where labels are wrong in any way, so that the order is that of self-confidence', () => {
    const random = seededRandom(9);
    const { truths, distributions } = mislabelled(2000, 0);
    const labels = truths.map((truth) => (random() < 0.2 ? Math.floor(random() * CLASSES) : truth));
    const rates = learnNoise({ distributions, labels, classes: CLASSES });
    const others = rates.flatMap((row, given) => row.filter((_, truth) => truth !== given));
    expect(Math.max(...others)).toBeCloseTo(Math.min(...others), 9);
  });

  it('is the assumption where there are no labels', () => {
    const rates = learnNoise({ distributions: [0.5, 0.5], labels: [-1], classes: 2 });
    expect(rates.flat()).toEqual(
      assumedNoise(2)
        .flat()
        .map((rate) => expect.closeTo(rate, 9)),
    );
    expect(estimateErrorRate([0.5, 0.5], [-1], 2)).toBe(0.1);
  });
});

describe('a calibrated reading', () => {
  const exponents = { learntFrom: 'small 1', corrected: 0.5, attentive: 1, alone: 1.6 };
  const calibrated = (corrected: number[], attentive: number[] | null, version = '1') =>
    calibrateReading({ corrected, attentive }, { name: 'small', version }, { exponents });

  it('sums to 1, keeps its order, and is surer with a larger power', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(shares, (row) => {
        const both = calibrated(row, row);
        expect(both.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(both[row.indexOf(Math.max(...row))]).toBe(Math.max(...both));
      }),
    );
    expect(calibrated([0.6, 0.4], null)[0]).toBeGreaterThan(0.6);
  });

  it('hears attention only of the model that it was learnt from, and where it was kept', () => {
    const alone = calibrated([0.6, 0.4], null);
    expect(calibrated([0.6, 0.4], [0.1, 0.9])[0]).toBeLessThan(0.5);
    expect(calibrated([0.6, 0.4], [0.1, 0.9], '2')).toEqual(alone);
  });
});

describe('judging labels', () => {
  it('puts the wrong ones first and suggests the truth', () => {
    const { truths, labels, distributions } = mislabelled(1000, 0.3);
    const ranked = rankLabels({
      distributions,
      labels,
      classes: CLASSES,
      headShare: [0, 0, 0, 0],
    });
    for (const [image, truth] of truths.entries()) {
      expect((ranked.wrong[image] as number) > 0.5).toBe(truth !== labels[image]);
      expect(ranked.suggested[image]).toBe(truth);
    }
  });

  it('gives suggestions and no flags to images without a label, or with one that nothing knows', () => {
    const distributions = [0.9, 0.1, 0, 0.2, 0.8, 0];
    const ranked = rankLabels({ distributions, labels: [-1, 2], classes: 3, headShare: [0, 0, 0] });
    expect([...ranked.wrong]).toEqual([Number.NaN, Number.NaN]);
    expect([...ranked.suggested]).toEqual([0, 1]);
  });

  it('flags nothing where one class is all there is', () => {
    const ranked = rankLabels({
      distributions: [1, 1, 1],
      labels: [0, 0, 0],
      classes: 1,
      headShare: [0],
    });
    expect([...ranked.wrong]).toEqual([0, 0, 0]);
    expect([...ranked.alternative]).toEqual([-1, -1, -1]);
  });

  it('flags nothing where all labels are equal and read as such', () => {
    const images = Array.from({ length: 50 });
    const distributions = images.flatMap(() => [0.9, 0.1]);
    const ranked = rankLabels({
      distributions,
      labels: images.map(() => 0),
      classes: 2,
      headShare: [0, 0],
    });
    expect(Math.max(...ranked.wrong)).toBeLessThan(0.5);
  });

  it('judges one image before the rest is read, and not without a label', () => {
    expect(judgeAlone([0.05, 0.95], 0)).toMatchObject({ suggested: 1, alternative: 1 });
    expect(judgeAlone([0.95, 0.05], 0)).toMatchObject({ suggested: 0, alternative: 1 });
    expect(judgeAlone([0.95, 0.05, null], 2)).toBeNull();
    expect(judgeAlone([0.95, 0.05], null)).toBeNull();
  });

  it('takes evidence against a label to be higher, the less likely it is', () => {
    const rates = assumedNoise(3);
    const [unlikely, likely] = [0.1, 0.6].map((share) => weighEvidence([share, 0.9 - share, 0.1], 0, rates));
    expect(unlikely?.against).toBeGreaterThan(likely?.against as number);
  });
});
