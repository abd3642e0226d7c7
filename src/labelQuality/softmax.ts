/**
 * Softmax of `count` numbers from `at` on, in their place in [n] values; -Infinity becomes 0. Its result sums to 1. For one vector into a new one it is
 * in reliability.ts.
 */
export function softmaxInPlace(values: Float32Array | Float64Array, at: number, count: number): void {
  let peak = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < count; c++) peak = Math.max(peak, values[at + c] as number);
  let total = 0;
  for (let c = 0; c < count; c++) {
    const share = Math.exp((values[at + c] as number) - peak);
    values[at + c] = share;
    total += share;
  }
  for (let c = 0; c < count; c++) values[at + c] = (values[at + c] as number) / total;
}
