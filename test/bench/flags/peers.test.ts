import { expect, it } from 'vitest';
import { neighbourRankings, peerRankings } from '../../../bench/flags/peers.ts';
import { type Score, scores } from '../../../src/labelQuality/scores/index.ts';
import { data, type Golden } from '../../support/cleanlabGolden.ts';

/** cleanlab's qualities are 1 where a label is surely right. */
const ofCleanlab = (golden: Golden) => ({
  'cleanlab self-confidence': golden.selfConfidence,
  'cleanlab margin': golden.normalisedMargin,
  'cleanlab weighted entropy': golden.weightedEntropy,
  'cleanlab adjusted self-confidence': golden.adjustedSelfConfidence,
  'cleanlab adjusted margin': golden.adjustedMargin,
});

const noNeighbours = {
  nearest: new Int32Array(),
  similarity: new Float32Array(),
  sameLabel: new Float32Array(),
  otherLabel: new Float32Array(),
};

it.each(data)('the peers rank data that is $name as cleanlab does', (golden) => {
  const ranked = new Map(
    peerRankings(golden.labels, golden.probabilities).map(({ method, values }) => [method, values]),
  );
  for (const [method, qualities] of Object.entries(ofCleanlab(golden))) {
    const values = Array.from(ranked.get(method) ?? []);
    expect(values.length, method).toBe(qualities.length);
    for (const [index, quality] of qualities.entries()) {
      expect(values[index], method).toBeCloseTo(1 - quality, 6);
    }
  }
});

it('every score that another tool ranks by is a peer, once', () => {
  const peers = Object.values<Score>(scores).flatMap(({ peer }) => peer ?? []);
  const ranked = [...peerRankings([0], [[0.4, 0.6]]), ...neighbourRankings({ neighbours: noNeighbours })];
  expect(ranked.map(({ method }) => method).sort()).toEqual(peers.sort());
});

it('ranks by the nearest images, and first a label that no other image has', () => {
  const [ranked] = neighbourRankings({
    neighbours: {
      ...noNeighbours,
      sameLabel: Float32Array.of(0.5, Number.NaN, 0.5),
      otherLabel: Float32Array.of(0.75, 0.5, Number.NaN),
    },
  });
  expect(ranked).toEqual({ method: 'SelfClean', values: [0.8, 1, 0] });
});
