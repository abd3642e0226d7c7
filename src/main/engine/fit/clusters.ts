import { seededRandom } from '../../../labelQuality/random.ts';
import { squaredDistance } from '../../../labelQuality/squaredDistance.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

const ITERATIONS = 8;

/**
 * Weighted k-means, from seeds that are far from one another (k-means++). [n*D] points, [n] weights.
 * @returns [count*D]
 */
export async function clusterRows(
  points: Rows,
  weights: Float32Array,
  count: number,
  seed: number,
  products: MatrixProducts,
): Promise<Rows> {
  const { columns: size } = points;
  const centres = seedCentres(points, weights, count, seed);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const inner = await products.multiply(points, turnRows(centres));
    const lengths = squaredLengths(centres);
    const sums = new Float64Array(count * size);
    const totals = new Float64Array(count);
    for (let row = 0; row < points.rows; row++) {
      let nearest = 0;
      let least = Number.POSITIVE_INFINITY;
      for (let k = 0; k < count; k++) {
        const distance = (lengths[k] as number) - 2 * (inner[row * count + k] as number);
        if (distance < least) [nearest, least] = [k, distance];
      }
      const weight = weights[row] as number;
      totals[nearest] = (totals[nearest] as number) + weight;
      for (let d = 0; d < size; d++) {
        const place = nearest * size + d;
        sums[place] = (sums[place] as number) + weight * (points.data[row * size + d] as number);
      }
    }
    for (let place = 0; place < sums.length; place++) {
      const total = totals[Math.floor(place / size)] as number;
      // An empty cluster stays where it is.
      if (total > 0) centres.data[place] = (sums[place] as number) / total;
    }
  }
  return centres;
}

/** Each seed is drawn in proportion to its squared distance from those before. */
function seedCentres(points: Rows, weights: Float32Array, count: number, seed: number): Rows {
  const { columns: size } = points;
  const random = seededRandom(seed);
  const data = new Float32Array(count * size);
  const distance = new Float64Array(points.rows).fill(1);
  for (let k = 0; k < count; k++) {
    const chances = distance.map((squared, row) => squared * (weights[row] as number));
    let left = random() * chances.reduce((sum, chance) => sum + chance, 0);
    const chosen = chances.findIndex((chance) => {
      left -= chance;
      return left < 0;
    });
    const from = Math.max(0, chosen) * size;
    const centre = points.data.subarray(from, from + size);
    data.set(centre, k * size);
    for (let row = 0; row < points.rows; row++) {
      const squared = squaredDistance(centre, points.data, undefined, row * size);
      distance[row] = k === 0 ? squared : Math.min(distance[row] as number, squared);
    }
  }
  return { data, rows: count, columns: size };
}

export function turnRows({ data, rows, columns }: Rows): Rows {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = data[row * columns + column] as number;
    }
  }
  return { data: result, rows: columns, columns: rows };
}

export function squaredLengths({ data, rows, columns }: Rows): Float64Array {
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += (data[row * columns + column] as number) ** 2;
    lengths[row] = sum;
  }
  return lengths;
}
