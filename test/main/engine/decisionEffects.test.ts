import { describe, expect, it } from 'vitest';
import { noJoint } from '../../../src/labelQuality/expectedJoint.ts';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import type { RankedLabels } from '../../../src/labelQuality/rankLabels.ts';
import { learnFromDecisions } from '../../../src/main/engine/fit/decisionEffects.ts';

const CLASSES = 4;
const IMAGES = 600;
const SET_ASIDE = -2;

/** Labels 0 to 3 in turn, each with the next class as alternative. */
const labels = Int16Array.from({ length: IMAGES }, (_, image) => image % CLASSES);
const next = (label: number) => (label + 1) % CLASSES;

function ranked(wrongOf: (image: number) => number): RankedLabels {
  const wrong = Float32Array.from(labels, (_, image) => wrongOf(image));
  const truth = Float32Array.from({ length: IMAGES * CLASSES }, (_, at) => {
    const [image, c] = [Math.floor(at / CLASSES), at % CLASSES];
    const [label, own] = [labels[image] as number, wrong[image] as number];
    return c === label ? 1 - own : c === next(label) ? 0.8 * own : (0.2 * own) / (CLASSES - 2);
  });
  return {
    wrong,
    suggested: labels.map((label, image) => ((wrong[image] as number) >= 0.5 ? next(label) : label)),
    alternative: labels.map(next),
    alternativeProbability: wrong.map((own) => 0.8 * own),
    truth,
    rates: [],
    errorRate: 0.3,
    joint: noJoint(CLASSES),
  };
}

/** The first images are decided on, by what is true of each label. */
function decideFirst(count: number, isWrong: (image: number) => boolean): Int16Array {
  return labels.map((label, image) => (image >= count ? -1 : isWrong(image) ? next(label) : label));
}

const random = seededRandom(5);
const spread = Float64Array.from(labels, () => 0.05 + 0.9 * random());
const scores = () => ranked((image) => spread[image] as number);
const learn = (before: RankedLabels, decided: Int16Array) =>
  learnFromDecisions(before, { labels, decided, classes: CLASSES });
const open = (count: number) => [...labels.keys()].slice(count);

describe('what decisions say about the scores', () => {
  it('raises labels of the classes that turn out wrong, and lowers those that turn out right', () => {
    const before = scores();
    const after = learn(
      before,
      decideFirst(120, (image) => labels[image] === 1),
    );
    for (const image of open(120)) {
      const [now, then] = [after.wrong[image] as number, before.wrong[image] as number];
      if (labels[image] === 1) expect(now).toBeGreaterThan(then);
      else expect(now).toBeLessThan(then);
    }
  });

  it('says the same in every number', () => {
    const after = learn(
      scores(),
      decideFirst(120, (image) => labels[image] === 1),
    );
    for (const [image, label] of labels.entries()) {
      const row = after.truth.subarray(image * CLASSES, (image + 1) * CLASSES);
      const wrong = after.wrong[image] as number;
      expect(row[label]).toBeCloseTo(1 - wrong, 5);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(after.alternativeProbability[image]).toBe(row[next(label)]);
      expect(after.suggested[image]).toBe(wrong >= 0.5 ? next(label) : label);
    }
    const joint = after.joint.expected.map((row) => row.reduce((sum, count) => sum + count, 0));
    for (const count of joint) expect(count).toBeCloseTo(IMAGES / CLASSES, 2);
  });

  it('changes no label of classes that nobody has decided on', () => {
    const before = scores();
    const decided = labels.map((label, image) => (image >= 200 || label > 1 ? -1 : label === 0 ? 0 : 2));
    const after = learn(before, decided);
    expect(after).not.toBe(before);
    for (const image of labels.keys())
      if (labels[image] === 2) expect(after.wrong[image]).toBe(before.wrong[image]);
  });

  it('keeps probabilities where others say something else than the wrong-label probability', () => {
    const before = scores();
    // As blended from two scorings: the rows of one, the wrong-label probability of both.
    before.wrong = before.wrong.map((own) => own / 4);
    const after = learn(
      before,
      decideFirst(120, (image) => labels[image] === 1),
    );
    for (const image of open(120)) {
      const row = after.truth.subarray(image * CLASSES, (image + 1) * CLASSES);
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    }
  });

  it('keeps the order within a class', () => {
    const after = learn(
      scores(),
      decideFirst(120, (image) => labels[image] === 1),
    );
    const ofClass = open(120).filter((image) => labels[image] === 0);
    const byScore = (values: ArrayLike<number>) =>
      ofClass.toSorted((a, b) => (values[a] as number) - (values[b] as number));
    expect(byScore(after.wrong)).toEqual(byScore(spread));
  });

  it('changes nothing where the classes err alike, however much they err', () => {
    for (const isWrong of [
      () => true,
      () => false,
      (image: number) => Math.floor(image / CLASSES) % 2 === 0,
    ]) {
      const before = scores();
      const after = learn(before, decideFirst(120, isWrong));
      expect(
        Math.max(...after.wrong.map((own, image) => Math.abs(own - (before.wrong[image] as number)))),
      ).toBeLessThan(0.02);
    }
  });

  it('seldom changes much where labels are wrong as often as the scores say', () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);
    const changed = seeds.filter((seed) => {
      const chance = seededRandom(seed);
      const before = scores();
      const after = learn(
        before,
        decideFirst(200, (image) => chance() < (spread[image] as number)),
      );
      return after.wrong.some((own, image) => Math.abs(own - (before.wrong[image] as number)) > 0.05);
    });
    expect(changed.length).toBeLessThanOrEqual(2);
  });

  it('needs enough decisions, and counts no image that was set aside', () => {
    const before = scores();
    expect(
      learn(
        before,
        decideFirst(29, (image) => labels[image] === 1),
      ),
    ).toBe(before);
    const aside = labels.map((_, image) => (image < 120 ? SET_ASIDE : -1));
    expect(learn(before, aside)).toBe(before);
  });

  it('leaves images without a score or without another class as they are', () => {
    const before = scores();
    before.wrong[500] = Number.NaN;
    before.wrong[501] = 0;
    before.alternative[501] = -1;
    const after = learn(
      before,
      decideFirst(120, (image) => labels[image] === 1),
    );
    expect(after.wrong[500]).toBeNaN();
    expect(after.wrong[501]).toBe(0);
  });

  it('copes with scores of 0 and 1, and with every image decided', () => {
    const before = ranked((image) => image % 2);
    const after = learn(
      before,
      decideFirst(IMAGES, (image) => labels[image] === 1),
    );
    expect([...after.wrong].every((own) => own >= 0 && own <= 1)).toBe(true);
  });
});
