import { EigenvalueDecomposition } from 'ml-matrix';

/**
 * The directions in which rows differ most.
 * @param rows [n][D], n at least 2
 * @param count directions wanted, at most D
 * @returns a function that gives the coordinates of further rows along them, [D] -> [count]
 */
export function principalComponents(
  rows: readonly ArrayLike<number>[],
  count: number,
): (row: ArrayLike<number>) => number[] {
  const size = rows[0]?.length ?? 0;
  const mean = new Float64Array(size);
  for (const row of rows) {
    for (let i = 0; i < size; i++) mean[i] = (mean[i] as number) + (row[i] as number) / rows.length;
  }
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance(rows, mean), {
    assumeSymmetric: true,
  });
  // Eigenvalues come in ascending order.
  const directions = Array.from({ length: Math.min(count, size) }, (_, index) =>
    Float64Array.from(eigenvectorMatrix.getColumn(size - 1 - index)),
  );
  return (row) =>
    directions.map((direction) => {
      let sum = 0;
      for (let i = 0; i < size; i++) {
        sum += ((row[i] as number) - (mean[i] as number)) * (direction[i] as number);
      }
      return sum;
    });
}

/** [D][D]. A matrix library's product of boxed rows takes some twenty times as long as this loop. */
function covariance(rows: readonly ArrayLike<number>[], mean: Float64Array): number[][] {
  const size = mean.length;
  const sums = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (const row of rows) {
    for (let i = 0; i < size; i++) centred[i] = (row[i] as number) - (mean[i] as number);
    for (let i = 0; i < size; i++) {
      const value = centred[i] as number;
      const start = i * size;
      for (let j = i; j < size; j++) {
        sums[start + j] = (sums[start + j] as number) + value * (centred[j] as number);
      }
    }
  }
  const at = (i: number, j: number) =>
    (sums[Math.min(i, j) * size + Math.max(i, j)] as number) / (rows.length - 1);
  return Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => at(i, j)));
}
