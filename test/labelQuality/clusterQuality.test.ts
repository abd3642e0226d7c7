import { describe, expect, it } from 'vitest';
import { ClusterQuality } from '../../src/labelQuality/clusterQuality.ts';

function quality(rows: number[][], labels: number[], classes = 3) {
  const measured = new ClusterQuality(classes, rows[0]?.length ?? 0);
  for (const [index, row] of rows.entries()) measured.addToCentre(labels[index] as number, row);
  for (const [index, row] of rows.entries()) measured.addToSpread(labels[index] as number, row);
  return measured.result();
}

const ROWS = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
  [5, 5, 4],
  [6, 5, 5],
  [5, 6, 5],
  [9, 0, 1],
  [9, 1, 0],
];

describe('how well labels separate the embeddings', () => {
  // scikit-learn 1.9.1: davies_bouldin_score, calinski_harabasz_score
  it.each([
    [[0, 0, 0, 1, 1, 1, 2, 2], 0.20364682450906132, 87.1875],
    [[0, 0, 1, 1, 1, 0, 2, 2], 2.1913800946588506, 2.060381355932203],
    [[0, 0, 0, 1, 1, 1, 1, 1], 0.5776383135256733, 9.375],
  ])('is what scikit-learn finds for %j', (labels, daviesBouldin, calinskiHarabasz) => {
    const measured = quality(ROWS, labels);
    expect(measured?.daviesBouldin).toBeCloseTo(daviesBouldin, 10);
    expect(measured?.calinskiHarabasz).toBeCloseTo(calinskiHarabasz, 10);
  });

  it('is not known of a single class, or of nothing', () => {
    expect(quality(ROWS, [1, 1, 1, 1, 1, 1, 1, 1])).toBeNull();
    expect(quality([], [])).toBeNull();
  });
});
