import { describe, expect, it } from 'vitest';
import { type AdaptedInputs, adaptDistributions } from '../../src/labelQuality/adaptedDistributions.ts';
import { calibrateClasses, calibrateOutOfFold } from '../../src/labelQuality/classCalibration.ts';
import { describeAdaptation } from '../../src/labelQuality/describeAdaptation.ts';
import { DomainShift, outOfDomain } from '../../src/labelQuality/domainShift.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { rankLabels } from '../../src/labelQuality/rankLabels.ts';

/** The most probable explanation. */
function likeliest(inputs: AdaptedInputs) {
  const [first] = adaptDistributions(inputs);
  if (first === undefined) throw new Error('no explanation');
  return first;
}

const FEATURES = 64;
const statistics = {
  mean: new Float32Array(FEATURES).fill(0.5),
  deviation: new Float32Array(FEATURES).fill(2),
};

/** Images whose features differ from the training images' by this many deviations in every direction. */
function shiftOf(images: number, by: number, seed = 3): number | null {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const shift = new DomainShift(statistics);
  for (let image = 0; image < images; image++) {
    shift.add(Float32Array.from({ length: FEATURES }, () => 0.5 + 2 * (by + normal())));
  }
  return shift.length;
}

describe('how far a dataset is from the training images', () => {
  it('is the length of the shift, whatever the number of images', () => {
    for (const images of [200, 2000]) expect(shiftOf(images, 0.5)).toBeCloseTo(0.5 * Math.sqrt(FEATURES), 0);
  });

  it('is not taken for far by chance, with few images', () => {
    for (const seed of [1, 2, 3, 4, 5]) expect(outOfDomain(shiftOf(20, 0, seed) ?? 0)).toBe(0);
  });

  it('is not known of one image', () => {
    expect(shiftOf(1, 5)).toBeNull();
  });

  it('changes who is believed smoothly', () => {
    const shares = [0, 0.9, 1.2, 1.5, 1.8, 2, 9].map(outOfDomain);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares[1], shares.at(-2), shares.at(-1)]).toEqual([0, 0, 1, 1]);
  });
});

const CLASSES = 3;
const IMAGES = 600;
const truths = Int16Array.from({ length: IMAGES }, (_, image) => image % CLASSES);
const folds = [0, 1, 2, 3, 4].map((fold) =>
  Int32Array.from(truths.keys().filter((image) => Math.floor(image / CLASSES) % 5 === fold)),
);

/** Log probabilities: the true class has `share`, and the first class gets `bias` on top of its logit. */
function logits(share: number, bias: number): Float32Array {
  const rows = new Float32Array(IMAGES * CLASSES);
  const random = seededRandom(5);
  for (const [image, truth] of truths.entries()) {
    for (let c = 0; c < CLASSES; c++) {
      const clean = c === truth ? share : (1 - share) / (CLASSES - 1);
      rows[image * CLASSES + c] = Math.log(clean) + (c === 0 ? bias : 0) + random() - 0.5;
    }
  }
  return rows;
}

const accuracy = (rows: Float32Array) =>
  truths.filter((truth, image) => {
    const row = rows.subarray(image * CLASSES, (image + 1) * CLASSES);
    return row.indexOf(Math.max(...row)) === truth;
  }).length / IMAGES;

describe('class-wise calibration', () => {
  it('takes away a bias for one class, by labels of other images', () => {
    const biased = logits(0.6, 3);
    expect(accuracy(biased)).toBeLessThan(0.4);
    const calibrated = calibrateOutOfFold({ logits: biased, labels: truths, classes: CLASSES }, folds);
    expect(accuracy(calibrated)).toBeGreaterThan(0.9);
  });

  it('is drawn towards none where labels are few', () => {
    const data = { logits: logits(0.6, 3), labels: truths, classes: CLASSES };
    const biasOf = (images: number) =>
      Math.abs(
        calibrateClasses(
          data,
          Int32Array.from({ length: images }, (_, image) => image),
        ).bias[0] as number,
      );
    expect(biasOf(6)).toBeLessThan(biasOf(IMAGES) / 2);
  });
});

describe('base and tuned model together', () => {
  const random = seededRandom(9);
  /** Every fifth label of class 0 is 1: class-conditional noise. */
  const labels = truths.map((truth) => (truth === 0 && random() < 0.3 ? 1 : truth));
  const undecided = new Int16Array(IMAGES).fill(-1);
  const known = [true, true, true];

  it('give the better one the larger weight, and learn how labels are wrong', () => {
    const { weights, rates } = likeliest({
      base: logits(0.4, 0),
      tuned: logits(0.85, 0),
      labels,
      decided: undecided,
      classes: CLASSES,
      known,
    });
    expect(weights.tuned).toBeGreaterThan(2 * weights.base);
    expect(rates[1]?.[0]).toBeGreaterThan(3 * (rates[2]?.[0] as number));
    for (let truth = 0; truth < CLASSES; truth++) {
      expect(rates.reduce((sum, row) => sum + (row[truth] as number), 0)).toBeCloseTo(1, 6);
    }
  });

  /** The base model sees the next class in every third image of each class, and is sure of it. */
  function mistakenBase(): { base: Float32Array; mistaken: boolean[] } {
    const base = logits(0.9, 0);
    const mistaken = Array.from(truths, (_, image) => Math.floor(image / CLASSES) % 3 === 0);
    for (const [image, truth] of truths.entries()) {
      if (!mistaken[image]) continue;
      const [own, next] = [image * CLASSES + truth, image * CLASSES + ((truth + 1) % CLASSES)];
      [base[own], base[next]] = [base[next] as number, base[own] as number];
    }
    return { base, mistaken };
  }

  /** The tuned model is sure of every second image of each class. */
  const tunedByImage = () =>
    logits(0.55, 0).map((value, at) => (Math.floor(at / CLASSES / CLASSES) % 2 === 0 ? 5 * value : value));

  it('find labels that only repeat the base model, mistakes included, and believe it less for that', () => {
    const { base, mistaken } = mistakenBase();
    const repeating = truths.map((truth, image) =>
      mistaken[image] && random() < 0.5 ? (truth + 1) % CLASSES : truth,
    );
    const inputs = { base, tuned: tunedByImage(), decided: undecided, classes: CLASSES, known };
    const found = likeliest({ ...inputs, labels: repeating });
    expect(found.weights.repeated).toBeGreaterThan(0.2);
    const none = likeliest({ ...inputs, labels: truths });
    expect(none.weights.repeated).toBeLessThan(0.05);
    const { wrong } = rankLabels({
      distributions: found.distributions,
      labels: repeating,
      classes: CLASSES,
      tunedShare: [0, 0, 0],
      ownRates: found.rates,
      repeated: found.repeated,
    });
    const expected = wrong.reduce((sum, value) => sum + value, 0);
    const real = repeating.filter((label, image) => label !== truths[image]).length;
    expect(Math.abs(expected - real)).toBeLessThan(0.3 * real);
  });

  it('believe decisions, where the labels alone do not tell whether the base model was repeated or is right', () => {
    const { base, mistaken } = mistakenBase();
    const disputed = truths.map((truth, image) =>
      mistaken[image] && image % 2 === 0 ? (truth + 1) % CLASSES : truth,
    );
    const inputs = { base, tuned: logits(0.7, 0), labels: disputed, classes: CLASSES, known };
    const decideOn = (right: (image: number) => number) =>
      undecided.map((_, image) => (mistaken[image] && image % 4 < 2 ? right(image) : -1));
    const byTuned = likeliest({ ...inputs, decided: decideOn((image) => truths[image] as number) });
    const byBase = likeliest({
      ...inputs,
      decided: decideOn((image) => ((truths[image] as number) + 1) % CLASSES),
    });
    const shareOfBase = ({ weights }: typeof byBase) => weights.base / (weights.base + weights.tuned);
    expect(shareOfBase(byTuned)).toBeLessThan(shareOfBase(byBase) - 0.2);
  });

  it('keep both explanations while neither is much more probable', () => {
    const { base, mistaken } = mistakenBase();
    const few = truths.map((truth, image) =>
      mistaken[image] && image % 7 === 0 ? (truth + 1) % CLASSES : truth,
    );
    const shares = [truths, few].map((given) => {
      const inputs = { base, tuned: tunedByImage(), decided: undecided, classes: CLASSES, known };
      const explanations = adaptDistributions({ ...inputs, labels: given });
      expect(explanations.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(explanations[0]?.share).toBeGreaterThan(0.5);
      const repeating = explanations.filter(({ weights }) => weights.repeated > 0);
      return repeating.reduce((sum, { share }) => sum + share, 0);
    });
    expect(shares[0]).toBeLessThan(0.2);
    expect(shares[1]).toBeGreaterThan(shares[0] as number);
  });

  it('count the noise where people have decided', () => {
    const unsure = logits(0.5, 0);
    const inputs = { base: unsure, tuned: unsure, labels, classes: CLASSES, known };
    const estimated = likeliest({ ...inputs, decided: undecided });
    const counted = likeliest({ ...inputs, decided: truths });
    const real =
      truths.filter((truth, image) => truth === 0 && labels[image] === 1).length / (IMAGES / CLASSES);
    const error = ({ rates }: typeof counted) => Math.abs((rates[1]?.[0] as number) - real);
    expect(error(counted)).toBeLessThan(error(estimated));
  });

  it('have no probability for a class that neither knows', () => {
    const { distributions } = likeliest({
      base: null,
      tuned: logits(0.8, 0),
      labels,
      decided: undecided,
      classes: CLASSES,
      known: [true, true, false],
    });
    for (let image = 0; image < IMAGES; image++) {
      const row = distributions.subarray(image * CLASSES, (image + 1) * CLASSES);
      expect(row[2]).toBe(0);
      expect((row[0] as number) + (row[1] as number)).toBeCloseTo(1, 5);
    }
  });
});

describe('the sentence about whose predictions count', () => {
  const agreement = { model: 0.58, tuned: 0.66 };

  it('names who counts, how much, and the evidence', () => {
    const adaptation = {
      outOfDomain: 1,
      weights: { base: 0.2, tuned: 0.8, repeated: 0.02 },
      chosen: 'auto' as const,
    };
    expect(describeAdaptation({ adaptation, agreement, embeddingDistance: null, classMap: [[0], [1]] })).toBe(
      'These faces differ from those the model was trained on: weight 80 % for the model tuned to this dataset, 20 % for the base model. ' +
        'The base model predicts 58 % of the labels, the tuned model 66 % of labels it was not trained on.',
    );
  });

  it('says in its own domain that the base model counts', () => {
    const adaptation = { outOfDomain: 0, weights: null, chosen: 'auto' as const };
    expect(
      describeAdaptation({ adaptation, agreement, embeddingDistance: 1, classMap: [[0], [1]] }),
    ).toContain('like those the model was trained on');
  });

  it('does not say that a model counts which knows none of the classes', () => {
    const none = { model: null, tuned: null };
    for (const chosen of ['auto', 'base'] as const) {
      const adaptation = { outOfDomain: 0, weights: null, chosen };
      expect(
        describeAdaptation({ adaptation, agreement: none, embeddingDistance: 1, classMap: [[], []] }),
      ).toContain('The base model knows none of these classes');
    }
  });
});
