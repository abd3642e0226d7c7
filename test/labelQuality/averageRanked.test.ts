import { expect, it } from 'vitest';
import { averageRanked } from '../../src/labelQuality/averageRanked.ts';
import { uniformNoise } from '../../src/labelQuality/noiseModel.ts';
import { rankLabels } from '../../src/labelQuality/rankLabels.ts';

const labels = [0, 1, -1, 0];
const tunedShare = [0, 0, 0];

/** Scores by distributions of the images, one with a label that nothing is known of. */
function rankedBy(first: number[]) {
  const distributions = [...first, 0.1, 0.8, 0.1, 0.2, 0.7, 0.1, 0, 0, 0];
  return rankLabels({ distributions, labels, classes: 3, tunedShare, ownRates: uniformNoise(3, 0.2) });
}

it('averages probabilities, and names the class that is most likely under all explanations together', () => {
  const [one, other] = [rankedBy([0.05, 0.5, 0.45]), rankedBy([0.05, 0.05, 0.9])];
  expect([one.alternative[0], other.alternative[0]]).toEqual([1, 2]);
  const averaged = averageRanked(
    [
      { ranked: one, share: 0.6 },
      { ranked: other, share: 0.4 },
    ],
    labels,
  );
  expect(averaged.wrong[0]).toBeCloseTo(0.6 * (one.wrong[0] as number) + 0.4 * (other.wrong[0] as number), 6);
  expect(averaged.alternative[0]).toBe(2);
  expect(averaged.suggested[0]).toBe(2);
  expect(averaged.alternativeProbability[0]).toBe(averaged.truth[2]);
  expect(1 - (averaged.truth[0] as number)).toBeCloseTo(averaged.wrong[0] as number, 6);
  expect(averaged.joint.expected[0]?.[0]).toBeCloseTo(
    0.6 * (one.joint.expected[0]?.[0] as number) + 0.4 * (other.joint.expected[0]?.[0] as number),
    6,
  );
});

it('keeps what both say alike, and images without a label', () => {
  const ranked = rankedBy([0.9, 0.05, 0.05]);
  const averaged = averageRanked(
    [
      { ranked, share: 0.7 },
      { ranked, share: 0.3 },
    ],
    labels,
  );
  expect([...averaged.suggested]).toEqual([...ranked.suggested]);
  expect([...averaged.alternative]).toEqual([...ranked.alternative]);
  expect(averaged.wrong[2]).toBeNaN();
  expect(averaged.wrong[1]).toBeCloseTo(ranked.wrong[1] as number, 6);
});
