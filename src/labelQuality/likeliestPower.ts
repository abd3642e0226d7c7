import { evenRate, imagesOf, type NoisyLabels } from './learnNoise.ts';

const LEAST = 0.1;
const MOST = 2;
/** Powers that are tried, at even ratios. */
const TRIED = 41;
/** Pull towards 1, in log likelihood by the squared logarithm: a few dozen images say little. */
const PULL = 5;

/**
 * The power under which distributions and labels agree best, assuming uniform noise: it is estimated together
 * with the share of wrong labels by maximum likelihood. Distributions must not have seen the labels. 1 if
 * nothing can be estimated.
 */
export function likeliestPower(data: NoisyLabels): number {
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
  let best = { power: 1, likelihood: Number.NEGATIVE_INFINITY };
  for (let step = 0; step < TRIED; step++) {
    const power = LEAST * (MOST / LEAST) ** (step / (TRIED - 1));
    const raised = { distributions: raiseRows(rows, classes, power), labels: given, classes };
    const rate = evenRate(raised, Int32Array.from(own));
    let likelihood = -PULL * Math.log(power) ** 2;
    for (const place of own) {
      const share = shareOf(raised, place);
      likelihood += Math.log(share * (1 - rate) + ((1 - share) * rate) / (classes - 1));
    }
    if (likelihood > best.likelihood) best = { power, likelihood };
  }
  return best.power;
}

/** Raises each row to a power and normalises it; zeros stay 0, and so does a row of zeros. [N*L] -> [N*L] */
export function raiseRows(rows: ArrayLike<number>, classes: number, power: number): Float32Array {
  const raised = Float32Array.from(rows, (share) => share ** power);
  for (let at = 0; at < raised.length; at += classes) {
    const row = raised.subarray(at, at + classes);
    const total = row.reduce((sum, share) => sum + share, 0);
    if (total > 0) for (let c = 0; c < classes; c++) row[c] = (row[c] as number) / total;
  }
  return raised;
}

/** Of an image's own label. */
function shareOf({ distributions, labels, classes }: NoisyLabels, image: number): number {
  return distributions[image * classes + (labels[image] as number)] as number;
}
