type Floats = Float32Array | Float64Array;

/** Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), over all the data at once. */
export class Adam {
  readonly #first: Floats;
  readonly #second: Floats;
  #step = 0;

  /** @param Numbers in which the moments are kept */
  constructor(size: number, Numbers: Float32ArrayConstructor | Float64ArrayConstructor) {
    this.#first = new Numbers(size);
    this.#second = new Numbers(size);
  }

  /**
   * One step against the gradient, in place.
   * @param values [n], @param gradient [n] of the loss by each of them
   */
  move(values: Floats, gradient: Floats, rate: number): void {
    this.#step++;
    const [unbias, unbiasSquares] = [1 - 0.9 ** this.#step, 1 - 0.99 ** this.#step];
    for (let index = 0; index < values.length; index++) {
      const slope = gradient[index] as number;
      const first = 0.9 * (this.#first[index] as number) + 0.1 * slope;
      const second = 0.99 * (this.#second[index] as number) + 0.01 * slope * slope;
      this.#first[index] = first;
      this.#second[index] = second;
      values[index] =
        (values[index] as number) - (rate * (first / unbias)) / (Math.sqrt(second / unbiasSquares) + 1e-8);
    }
  }
}

/** A rate that stays for half of the steps, and falls to a fiftieth. @param step counted from 1 */
export const coolingRate = (rate: number, step: number, steps: number): number =>
  rate * Math.min(1, (steps - step) / (steps / 2) + 0.02);
