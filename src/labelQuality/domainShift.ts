/**
 * How far a dataset's images are from those that the model was trained on, without looking at a label: the squared shift of the mean
 * of their features, in standard deviations of the training images. F features.
 */
export interface FeatureStatistics {
  /** [F] over the training images */
  mean: Float32Array;
  /** [F] */
  deviation: Float32Array;
}

/** Sums over a dataset's features, block by block. */
export class DomainShift {
  readonly #statistics: FeatureStatistics;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #images = 0;

  /** @param statistics of the model's training images, [F] each */
  constructor(statistics: FeatureStatistics) {
    this.#statistics = statistics;
    this.#sums = new Float64Array(statistics.mean.length);
    this.#squares = new Float64Array(statistics.mean.length);
  }

  /** @param features [F] of one image */
  add(features: ArrayLike<number>): void {
    const { mean, deviation } = this.#statistics;
    this.#images++;
    for (let d = 0; d < mean.length; d++) {
      const value = ((features[d] as number) - (mean[d] as number)) / (deviation[d] as number);
      this.#sums[d] = (this.#sums[d] as number) + value;
      this.#squares[d] = (this.#squares[d] as number) + value * value;
    }
  }

  /**
   * The length of the shift, less the part explained by chance: the mean of N images is off by their variance
   * / N in each direction, and that sum by its standard error. Null for fewer than two images.
   */
  get length(): number | null {
    const images = this.#images;
    if (images < 2) return null;
    let [squared, chance, doubt] = [0, 0, 0];
    for (const [d, sum] of this.#sums.entries()) {
      const mean = sum / images;
      const variance = Math.max(0, ((this.#squares[d] as number) / images - mean * mean) / images);
      squared += mean * mean;
      chance += variance;
      doubt += 2 * variance * variance;
    }
    return Math.sqrt(Math.max(0, squared - chance - Math.sqrt(doubt)));
  }
}

/**
 * Up to the first the images are the model's own domain, from the second on they are another. Of FER2013's `dev`, 200 images at a time,
 * lengths are at most 0.7; of three other datasets at least 2.6 (bench/flags/README.md).
 */
const [SAME_UP_TO, OTHER_FROM] = [0.9, 2];

/** 0 in the model's own domain, 1 in another, smooth between. */
export function outOfDomain(length: number): number {
  const share = Math.min(1, Math.max(0, (length - SAME_UP_TO) / (OTHER_FROM - SAME_UP_TO)));
  return share * share * (3 - 2 * share);
}
