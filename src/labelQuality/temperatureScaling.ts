import { imagesOf, type NoisyLabels, uniformRate } from './learnNoise.ts';

const LEAST = 0.1;
const MOST = 2;
/** Inverse temperatures that are tried, at even ratios. */
const TRIED = 41;
/** Pull towards 1, in log likelihood by the squared logarithm: a few dozen images say little. */
const PULL = 5;

/**
 * Temperature scaling (Guo et al. 2017, https://arxiv.org/abs/1706.04599) by labels that may be wrong: the inverse temperature
 * under which distributions and labels agree best. It is estimated together with the share of uniform noise by
 * maximum likelihood. Distributions must not have seen the labels.
 * @returns above 1 for an underconfident model; 1 if nothing can be estimated
 */
export function fitInverseTemperature(data: NoisyLabels): number {
  const { labels, classes } = data;
  const images = imagesOf(data).filter((image) => shareOf(data, image) > 0);
  if (images.length === 0 || classes < 2) return 1;
  const own = Array.from(images, (_, place) => place);
  const rows = new Float32Array(images.length * classes);
  const given = Int16Array.from(images, (image) => labels[image] as number);
  for (const [place, image] of images.entries()) {
    for (let c = 0; c < classes; c++) {
      rows[place * classes + c] = data.distributions[image * classes + c] as number;
    }
  }
  let best = { inverseTemperature: 1, likelihood: Number.NEGATIVE_INFINITY };
  for (let step = 0; step < TRIED; step++) {
    const inverseTemperature = LEAST * (MOST / LEAST) ** (step / (TRIED - 1));
    const tempered = { distributions: temperRows(rows, classes, inverseTemperature), labels: given, classes };
    const rate = uniformRate(tempered, Int32Array.from(own));
    let likelihood = -PULL * Math.log(inverseTemperature) ** 2;
    for (const place of own) {
      const share = shareOf(tempered, place);
      likelihood += Math.log(share * (1 - rate) + ((1 - share) * rate) / (classes - 1));
    }
    if (likelihood > best.likelihood) best = { inverseTemperature, likelihood };
  }
  return best.inverseTemperature;
}

/** Raises each row to the inverse temperature and normalises it; zeros stay 0, and so does a row of zeros. [N*L] -> [N*L] */
export function temperRows(
  rows: ArrayLike<number>,
  classes: number,
  inverseTemperature: number,
): Float32Array {
  const tempered = Float32Array.from(rows, (share) => share ** inverseTemperature);
  for (let at = 0; at < tempered.length; at += classes) {
    const row = tempered.subarray(at, at + classes);
    const total = row.reduce((sum, share) => sum + share, 0);
    if (total > 0) for (let c = 0; c < classes; c++) row[c] = (row[c] as number) / total;
  }
  return tempered;
}

/** Of an image's own label. */
function shareOf({ distributions, labels, classes }: NoisyLabels, image: number): number {
  return distributions[image * classes + (labels[image] as number)] as number;
}
