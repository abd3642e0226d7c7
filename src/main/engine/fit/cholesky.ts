/**
 * Solves matrix x = b for several b.
 * @param matrix [n*n] symmetric and positive definite; not changed
 */
export function choleskySolve(
  matrix: Float64Array,
  rightSides: readonly Float64Array[],
  size: number,
): Float64Array[] {
  const factor = choleskyFactor(matrix, size);
  return rightSides.map((side) => solveWithFactor(factor, side, size));
}

/** As choleskySolve, by the matrix's factor. */
export function solveWithFactor(factor: Float64Array, rightSide: Float64Array, size: number): Float64Array {
  const solution = rightSide.slice();
  for (let row = 0; row < size; row++) {
    let value = solution[row] as number;
    for (let k = 0; k < row; k++) value -= (factor[row * size + k] as number) * (solution[k] as number);
    solution[row] = value / (factor[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    let value = solution[row] as number;
    for (let k = row + 1; k < size; k++)
      value -= (factor[k * size + row] as number) * (solution[k] as number);
    solution[row] = value / (factor[row * size + row] as number);
  }
  return solution;
}

/** Of the matrix, by its factor. */
export function logDeterminant(factor: Float64Array, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) sum += 2 * Math.log(factor[row * size + row] as number);
  return sum;
}

/** The lower triangle whose product with its transpose is the matrix. */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let value = matrix[row * size + column] as number;
      for (let k = 0; k < column; k++) {
        value -= (factor[row * size + k] as number) * (factor[column * size + k] as number);
      }
      if (row !== column) factor[row * size + column] = value / (factor[column * size + column] as number);
      else factor[row * size + row] = Math.sqrt(Math.max(1e-12, value));
    }
  }
  return factor;
}

/**
 * The whitening matrix W, under which points with this covariance spread equally in all directions: the
 * squared length of x W is x covariance^-1 x^T.
 * @returns [n*n] the inverse transpose of the covariance's factor
 */
export function whitening(covariance: Float64Array, size: number): Float32Array {
  const factor = choleskyFactor(covariance, size);
  const inverted = new Float32Array(size * size);
  const column = new Float64Array(size);
  for (let unit = 0; unit < size; unit++) {
    column.fill(0);
    for (let row = unit; row < size; row++) {
      let value = row === unit ? 1 : 0;
      for (let k = unit; k < row; k++) value -= (factor[row * size + k] as number) * (column[k] as number);
      column[row] = value / (factor[row * size + row] as number);
    }
    inverted.set(column, unit * size);
  }
  return inverted;
}
