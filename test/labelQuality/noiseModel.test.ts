import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibratePrediction, calibrateTuned } from '../../src/labelQuality/calibratedPrediction.ts';
import { addToJoint, noiseRates, noJoint } from '../../src/labelQuality/expectedJoint.ts';
import { learnNoise } from '../../src/labelQuality/learnNoise.ts';
import { assumedNoise, estimateErrorRate, weighEvidence } from '../../src/labelQuality/noiseModel.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { rankLabels, scoreAlone } from '../../src/labelQuality/rankLabels.ts';
import { fitInverseTemperature, temperRows } from '../../src/labelQuality/temperatureScaling.ts';

const CLASSES = 4;

/** Images that a model predicts correctly with 97 % confidence; a share of the labels of class 0 is 1. */
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
  it('is learned without the truth', () => {
    const { labels, distributions } = mislabelled(2000, 0.5);
    const rates = learnNoise({ distributions, labels, classes: CLASSES });
    for (let truth = 0; truth < CLASSES; truth++) {
      expect(rates.reduce((sum, row) => sum + (row[truth] as number), 0)).toBeCloseTo(1, 9);
    }
    expect(rates[1]?.[0] as number).toBeGreaterThan(4 * (rates[2]?.[0] as number));
    expect(rates[1]?.[0] as number).toBeGreaterThan(4 * (rates[0]?.[1] as number));
    expect(estimateErrorRate(distributions, labels, CLASSES)).toBeGreaterThan(0.03);
  });

  it('is believed less, the less sure a model may be: its regular mistakes look like the labels’', () => {
    const { labels, distributions } = mislabelled(2000, 0.5);
    const confused = [1, 0.8, 0.5, 0.01].map(
      (inverseTemperature) =>
        learnNoise({ distributions, labels, classes: CLASSES }, inverseTemperature)[1]?.[0] as number,
    );
    expect(confused).toEqual(confused.toSorted((a, b) => b - a));
    expect(new Set(confused).size).toBe(4);
    expect(confused[3]).toBeCloseTo(assumedNoise(CLASSES)[1]?.[0] as number, 3);
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

describe('a calibrated prediction', () => {
  const exponents = { learntFrom: 'small 1', corrected: 0.5, attentive: 1, alone: 1.6 };
  const calibrated = (corrected: number[], attentive: number[] | null, version = '1') =>
    calibratePrediction({ corrected, attentive }, { name: 'small', version }, { exponents });

  it('sums to 1, keeps its order, and is surer with a larger exponent', () => {
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

  it('uses attention only of the model that it was learned from, and where it was stored', () => {
    const alone = calibrated([0.6, 0.4], null);
    expect(calibrated([0.6, 0.4], [0.1, 0.9])[0]).toBeLessThan(0.5);
    expect(calibrated([0.6, 0.4], [0.1, 0.9], '2')).toEqual(alone);
  });
});

describe('a calibrated tuned model', () => {
  it('is less sure, keeps its order, and says nothing of classes and images that it does not have', () => {
    const raw = Float32Array.of(0.99, 0.01, 0, 1e-30, 1, 0, 0, 0, 0);
    const rows = temperRows(raw, 3, 0.5);
    expect(rows[0]).toBeCloseTo(Math.sqrt(0.99) / (Math.sqrt(0.99) + 0.1), 6);
    expect((rows[0] as number) + (rows[1] as number)).toBeCloseTo(1, 6);
    expect(rows[3]).toBeGreaterThan(0);
    expect(rows[4]).toBeGreaterThan(rows[3] as number);
    expect([rows[2], ...rows.subarray(6)]).toEqual([0, 0, 0, 0]);
    // A few images say little about how far to trust it; whatever they say, it is trusted as far as learned.
    const [sure] = calibrateTuned(raw, [1, 0, -1], 3, { exponents: { tuned: 0.9 } });
    expect(sure).toBeGreaterThan(0.98);
  });

  it('is as sure as the labels show that it is right, wrong ones among them', () => {
    const random = seededRandom(2);
    const sure = Array.from({ length: 3000 }, () => 0.4 + 0.59 * random());
    const truths = sure.map((share) => (random() < share ? 0 : random() < 0.5 ? 1 : 2));
    const labels = truths.map((truth) =>
      random() < 0.15 ? (truth + 1 + Math.floor(2 * random())) % 3 : truth,
    );
    const honest = sure.flatMap((share) => [share, (1 - share) / 2, (1 - share) / 2]);
    const inverseTemperatureOf = (said: number) =>
      fitInverseTemperature({ distributions: temperRows(honest, 3, said), labels, classes: 3 });
    expect(inverseTemperatureOf(1)).toBeGreaterThan(0.8);
    expect(inverseTemperatureOf(1)).toBeLessThan(1.25);
    expect(inverseTemperatureOf(2) / inverseTemperatureOf(1)).toBeCloseTo(0.5, 1);
    expect(fitInverseTemperature({ distributions: [0.5, 0.5], labels: [-1], classes: 2 })).toBe(1);
  });
});

describe('noise rates', () => {
  it('are what the images say together, with intervals that many images make narrow', () => {
    const jointOf = (times: number) => {
      const joint = noJoint(2);
      for (let n = 0; n < times; n++) {
        addToJoint(joint, 0, Float64Array.of(1, 0));
        addToJoint(joint, 1, Float64Array.of(n % 4 === 0 ? 0.8 : 0.1, n % 4 === 0 ? 0.2 : 0.9));
      }
      return noiseRates(joint);
    };
    const [few, many] = [jointOf(40), jointOf(4000)];
    expect(many[1]?.[0]?.estimate).toBeCloseTo(0.275 / 1.275, 6);
    for (const rates of [few, many]) {
      expect((rates[0]?.[0]?.estimate ?? 0) + (rates[1]?.[0]?.estimate ?? 0)).toBeCloseTo(1, 9);
      for (const rate of rates.flat()) {
        expect(rate?.low).toBeLessThanOrEqual(rate?.estimate ?? 0);
        expect(rate?.high).toBeGreaterThanOrEqual(rate?.estimate ?? 1);
      }
    }
    const width = (rates: typeof few) => (rates[1]?.[0]?.high ?? 0) - (rates[1]?.[0]?.low ?? 0);
    expect(width(many)).toBeLessThan(width(few) / 8);
  });

  it('of a class that no image is likely to be are not known', () => {
    const joint = noJoint(2);
    addToJoint(joint, 0, Float64Array.of(1, 0));
    expect(noiseRates(joint).map((row) => row[1])).toEqual([null, null]);
  });

  it('contain the true ones about as often as their intervals promise', () => {
    const random = seededRandom(3);
    let held = 0;
    for (let draw = 0; draw < 200; draw++) {
      const joint = noJoint(2);
      const counts = { given: 0, all: 0 };
      for (let n = 0; n < 300; n++) {
        const truth = random() < 0.5 ? 0 : 1;
        const given = random() < 0.2 ? 1 - truth : truth;
        // A calibrated prediction.
        const sure = 0.6 + 0.4 * random();
        const read = random() < sure ? truth : 1 - truth;
        const odds = (sure / (1 - sure)) * (given === read ? 4 : 0.25);
        const ofRead = odds / (1 + odds);
        addToJoint(
          joint,
          given,
          Float64Array.of(read === 0 ? ofRead : 1 - ofRead, read === 0 ? 1 - ofRead : ofRead),
        );
        if (truth === 0) counts.all++;
        if (truth === 0 && given === 1) counts.given++;
      }
      const rate = noiseRates(joint)[1]?.[0];
      const real = counts.given / counts.all;
      if (rate && real >= rate.low && real <= rate.high) held++;
    }
    expect(held).toBeGreaterThan(0.95 * 200);
  });
});

describe('scoring labels', () => {
  it('puts the wrong ones first and suggests the truth', () => {
    const { truths, labels, distributions } = mislabelled(1000, 0.3);
    const ranked = rankLabels({
      distributions,
      labels,
      classes: CLASSES,
      tunedShare: [0, 0, 0, 0],
    });
    for (const [image, truth] of truths.entries()) {
      expect((ranked.wrong[image] as number) > 0.5).toBe(truth !== labels[image]);
      expect(ranked.suggested[image]).toBe(truth);
    }
  });

  it('gives suggestions and no flags to images without a label, or with one that nothing knows', () => {
    const distributions = [0.9, 0.1, 0, 0.2, 0.8, 0];
    const ranked = rankLabels({ distributions, labels: [-1, 2], classes: 3, tunedShare: [0, 0, 0] });
    expect([...ranked.wrong]).toEqual([Number.NaN, Number.NaN]);
    expect([...ranked.suggested]).toEqual([0, 1]);
  });

  it('flags nothing where one class is all there is', () => {
    const ranked = rankLabels({
      distributions: [1, 1, 1],
      labels: [0, 0, 0],
      classes: 1,
      tunedShare: [0],
    });
    expect([...ranked.wrong]).toEqual([0, 0, 0]);
    expect([...ranked.alternative]).toEqual([-1, -1, -1]);
  });

  it('flags nothing where all labels are equal and predicted as such', () => {
    const images = Array.from({ length: 50 });
    const distributions = images.flatMap(() => [0.9, 0.1]);
    const ranked = rankLabels({
      distributions,
      labels: images.map(() => 0),
      classes: 2,
      tunedShare: [0, 0],
    });
    expect(Math.max(...ranked.wrong)).toBeLessThan(0.5);
  });

  it('scores one image before the rest is scanned, and not without a label', () => {
    expect(scoreAlone([0.05, 0.95], 0)).toMatchObject({ suggested: 1, alternative: 1 });
    expect(scoreAlone([0.95, 0.05], 0)).toMatchObject({ suggested: 0, alternative: 1 });
    expect(scoreAlone([0.95, 0.05, null], 2)).toBeNull();
    expect(scoreAlone([0.95, 0.05], null)).toBeNull();
  });

  it('takes evidence against a label to be higher, the less likely it is', () => {
    const rates = assumedNoise(3);
    const [unlikely, likely] = [0.1, 0.6].map((share) => weighEvidence([share, 0.9 - share, 0.1], 0, rates));
    expect(unlikely?.against).toBeGreaterThan(likely?.against as number);
  });

  it('keeps what the image alone says apart from the noise', () => {
    const rates = [
      [0.6, 0.1, 0],
      [0.1, 0.8, 0],
      [0.3, 0.1, 1],
    ];
    const read = [0.2, 0.5, 0.3];
    expect(weighEvidence(read, 0, rates).byImage).toBeCloseTo(Math.log(0.5 / 0.2), 9);
    expect(weighEvidence(read, 2, rates).byImage).toBeCloseTo(Math.log(0.5 / 0.3), 9);
    expect(weighEvidence(read, 2, rates).against).toBeCloseTo(Math.log((0.06 + 0.05) / 0.3), 9);
    expect(weighEvidence([1], 0, [[1]]).byImage).toBeLessThan(-20);
  });
});
