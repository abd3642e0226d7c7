/**
 * Solves matrix x = b for several b.
 * @param matrix [n*n] symmetric and positive definite; left as it is
 */
export function choleskySolve(
  matrix: Float64Array,
  rightSides: readonly Float64Array[],
  size: number,
): Float64Array[] {
  const factor = decompose(matrix, size);
  return rightSides.map((side) => {
    const solution = side.slice();
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
  });
}

/** The lower triangle whose product with its turned self is the matrix. */
function decompose(matrix: Float64Array, size: number): Float64Array {
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
