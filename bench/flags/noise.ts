import { EMOTIONS } from '../../src/domain/emotions.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import type { FerImage } from './ferData.ts';

export const NOISE_KINDS = ['symmetric', 'class-conditional', 'instance-dependent'] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];
export const NOISE_RATES = [0.05, 0.1, 0.2, 0.3] as const;

/**
 * The images' true labels with exactly `rate` of them made wrong. [N] indices of EMOTIONS
 *
 * symmetric: any other class. class-conditional: as FER2013 confuses that class. instance-dependent: images on
 * which the voters disagree are wrong more often, and get a label that some of them voted for.
 */
export function injectNoise(
  images: readonly FerImage[],
  kind: NoiseKind,
  rate: number,
  seed: number,
  confusion: number[][],
): number[] {
  const random = seededRandom(seed * 1000 + NOISE_KINDS.indexOf(kind) * 100 + Math.round(rate * 100));
  const labels = images.map(({ truth }) => EMOTIONS.indexOf(truth));
  const present = EMOTIONS.map((_, label) => labels.includes(label));
  // The least of -ln(u) / weight is a draw without replacement in proportion to the weights.
  const order = images.map(({ votes }, index) => {
    const total = votes.reduce((sum, count) => sum + count, 0);
    const weight = kind === 'instance-dependent' ? 1.05 - Math.max(...votes) / total : 1;
    return { index, key: -Math.log(random() || Number.MIN_VALUE) / weight };
  });
  order.sort((a, b) => a.key - b.key);
  for (const { index } of order.slice(0, Math.round(rate * images.length))) {
    const truth = labels[index] as number;
    const weights = EMOTIONS.map((_, label) => {
      if (label === truth || !present[label]) return 0;
      if (kind === 'symmetric') return 1;
      const source = kind === 'class-conditional' ? confusion[truth] : images[index]?.votes;
      return (source?.[label] ?? 0) + 1e-6;
    });
    labels[index] = draw(weights, random);
  }
  return labels;
}

/** [true][given] how often FER2013 gives another label to each class. */
export function ferConfusion(images: readonly FerImage[]): number[][] {
  const counts = EMOTIONS.map(() => EMOTIONS.map(() => 0));
  for (const { truth, given } of images) {
    if (given === null || given === truth) continue;
    const row = counts[EMOTIONS.indexOf(truth)] as number[];
    row[EMOTIONS.indexOf(given)] = (row[EMOTIONS.indexOf(given)] ?? 0) + 1;
  }
  return counts;
}

function draw(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0 && weight > 0) return index;
  }
  return weights.findLastIndex((weight) => weight > 0);
}
