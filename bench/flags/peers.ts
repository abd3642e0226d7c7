import { adjustByThresholds, confidentThresholds } from '../../src/labelQuality/confidentLearning.ts';
import { labelFacts, type Score, scores, scoresFrom } from '../../src/labelQuality/scores/index.ts';
import type { FittedLabels } from '../../src/main/engine/index.ts';

/** A ranking under test: one value an image, higher = more likely wrong. */
export interface Ranked {
  method: string;
  values: ArrayLike<number>;
}

/** What others rank by, on distributions over the labels' classes. [N] rows of [L] */
export function peerRankings(
  labels: readonly number[],
  distributions: readonly ArrayLike<number>[],
): Ranked[] {
  const classes = distributions[0]?.length ?? 0;
  const thresholds = confidentThresholds({ labels, probabilities: distributions, classes });
  const factsOf = (rows: readonly ArrayLike<number>[]) =>
    rows.map((row, index) => labelFacts(Array.from(row), labels[index] as number));
  const facts = {
    distribution: factsOf(distributions),
    'adjusted distribution': factsOf(distributions.map((row) => adjustByThresholds(row, thresholds))),
  };
  return Object.values<Score>(scores).flatMap((one) => {
    if (one.peer === null || one.from === 'neighbours' || one.from === 'elsewhere') return [];
    return [{ method: one.peer, values: facts[one.from].map((of) => (of === null ? 0 : one.score(of))) }];
  });
}

/** What others rank by the nearest images. A label that no other image has is most likely wrong. */
export function neighbourRankings({ neighbours }: Pick<FittedLabels, 'neighbours'>): Ranked[] {
  return scoresFrom('neighbours').map(({ peer, score }) => ({
    method: peer,
    values: Array.from(neighbours.sameLabel, (sameLabel, index) => {
      const otherLabel = neighbours.otherLabel[index] as number;
      if (Number.isNaN(sameLabel)) return 1;
      return Number.isNaN(otherLabel) ? 0 : score({ sameLabel, otherLabel });
    }),
  }));
}
