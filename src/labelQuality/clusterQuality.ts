import { squaredDistance } from './squaredDistance.ts';

/**
 * How well labels separate the embeddings into clusters, in two passes over all of them: first `addToCentre`,
 * then `addToSpread`. Classes without an image do not count.
 *
 * - Davies-Bouldin (1979, IEEE TPAMI 1, 224): mean over the classes of the worst (S_i + S_j) / d_ij, S the
 *   mean distance to the centre, d the distance of the centres. Lower is better, 0 best.
 * - Calinski-Harabasz (1974, Communications in Statistics 3, 1): variance between the centres against
 *   variance within, [B / (k - 1)] / [W / (n - k)]. Higher is better.
 */
export class ClusterQuality {
  readonly #size: number;
  readonly #sums: Float64Array[];
  readonly #counts: number[];
  readonly #distances: number[];
  readonly #squares: number[];
  #centres: Float64Array[] | null = null;

  /**
   * @param classes number of labels
   * @param size D, length of an embedding
   */
  constructor(classes: number, size: number) {
    this.#size = size;
    this.#sums = Array.from({ length: classes }, () => new Float64Array(size));
    this.#counts = new Array<number>(classes).fill(0);
    this.#distances = new Array<number>(classes).fill(0);
    this.#squares = new Array<number>(classes).fill(0);
  }

  /** First pass. @param embedding [E] */
  addToCentre(label: number, embedding: ArrayLike<number>): void {
    const sums = this.#sums[label];
    if (sums === undefined) return;
    for (let i = 0; i < this.#size; i++) sums[i] = (sums[i] as number) + (embedding[i] as number);
    this.#counts[label] = (this.#counts[label] ?? 0) + 1;
  }

  /** Second pass, over the same images. @param embedding [E] */
  addToSpread(label: number, embedding: ArrayLike<number>): void {
    this.#centres ??= this.#sums.map((sums, index) => sums.map((sum) => sum / (this.#counts[index] ?? 1)));
    const centre = this.#centres[label];
    if (centre === undefined) return;
    const square = squaredDistance(centre, embedding);
    this.#squares[label] = (this.#squares[label] ?? 0) + square;
    this.#distances[label] = (this.#distances[label] ?? 0) + Math.sqrt(square);
  }

  /** Null where fewer than two classes have images, or all images of a class coincide. */
  result(): { daviesBouldin: number; calinskiHarabasz: number } | null {
    const present = this.#counts.flatMap((count, label) => (count > 0 ? [label] : []));
    const images = present.reduce((sum, label) => sum + (this.#counts[label] as number), 0);
    const within = present.reduce((sum, label) => sum + (this.#squares[label] as number), 0);
    if (this.#centres === null || present.length < 2 || images <= present.length || within === 0) return null;
    return {
      daviesBouldin: this.#daviesBouldin(present, this.#centres),
      calinskiHarabasz:
        (this.#between(present, this.#centres, images) / (present.length - 1)) *
        ((images - present.length) / within),
    };
  }

  #daviesBouldin(present: readonly number[], centres: readonly Float64Array[]): number {
    const spread = (label: number) => (this.#distances[label] as number) / (this.#counts[label] as number);
    const worst = present.map((left) =>
      Math.max(
        ...present
          .filter((right) => right !== left)
          .map((right) => {
            const apart = Math.sqrt(
              squaredDistance(centres[left] as Float64Array, centres[right] as Float64Array),
            );
            return apart === 0 ? 0 : (spread(left) + spread(right)) / apart;
          }),
      ),
    );
    return worst.reduce((sum, value) => sum + value, 0) / present.length;
  }

  #between(present: readonly number[], centres: readonly Float64Array[], images: number): number {
    const mean = new Float64Array(this.#size);
    for (const label of present) {
      for (let i = 0; i < this.#size; i++) {
        mean[i] = (mean[i] as number) + ((this.#sums[label] as Float64Array)[i] as number) / images;
      }
    }
    return present.reduce(
      (sum, label) =>
        sum + (this.#counts[label] as number) * squaredDistance(centres[label] as Float64Array, mean),
      0,
    );
  }
}
