import { UMAP } from 'umap-js';
import { seededRandom } from '../../labelQuality/random.ts';
import { squaredDistance } from '../../labelQuality/squaredDistance.ts';
import { principalComponents } from './principalComponents.ts';

/** Dimensions left by the principal components: UMAP's time and memory grow with them. */
const REDUCED_SIZE = 50;
const NEIGHBOURS = 15;
const EPOCHS = 300;

export interface Arrangement {
  /** [n][2] places of the rows that it was computed from. */
  places: number[][];
  /** Reduced rows, [n][d]. */
  reduced: number[][];
  /** Reduces a further row in the same way, [D] -> [d]. */
  reduce(row: ArrayLike<number>): number[];
}

/**
 * Lays rows out in the plane so that neighbours stay neighbours: principal components, then UMAP (McInnes, Healy,
 * Melville 2018, arXiv 1802.03426). The same rows and seed give the same places.
 * @param rows [n][D]
 * @param report stage and its share done
 */
export function arrange(
  rows: Float32Array[],
  seed: number,
  report: (stage: 'reducing' | 'neighbours' | 'arranging', share: number) => void,
): Arrangement {
  report('reducing', 0);
  const reduce =
    rows.length > 2 ? principalComponents(rows, REDUCED_SIZE) : (row: ArrayLike<number>) => Array.from(row);
  const reduced = rows.map(reduce);
  if (rows.length < 4) return { places: rows.map((_, index) => [index, 0]), reduced, reduce };
  report('neighbours', 0);
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOURS, rows.length - 1),
    minDist: 0.1,
    nEpochs: EPOCHS,
    random: seededRandom(seed),
  });
  const epochs = umap.initializeFit(reduced);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % 10 === 0) report('arranging', epoch / epochs);
  }
  return { places: umap.getEmbedding(), reduced, reduce };
}

/** Neighbours among the arranged rows that place another row. */
const PLACED_AMONG = 5;

/** A place for a row among its nearest of the arranged rows: their mean, the nearer the weightier. */
export function placeAmong(row: readonly number[], { reduced, places }: Arrangement): [number, number] {
  const nearest: { index: number; square: number }[] = [];
  for (const [index, other] of reduced.entries()) {
    const farthest = nearest.length < PLACED_AMONG ? Number.POSITIVE_INFINITY : (nearest.at(-1)?.square ?? 0);
    const square = squaredDistance(row, other, farthest);
    if (square >= farthest) continue;
    const at = nearest.findIndex((known) => known.square > square);
    nearest.splice(at === -1 ? nearest.length : at, 0, { index, square });
    if (nearest.length > PLACED_AMONG) nearest.pop();
  }
  let [x, y, weights] = [0, 0, 0];
  for (const { index, square } of nearest) {
    const weight = 1 / (Math.sqrt(square) + 1e-6);
    const place = places[index] as number[];
    x += weight * (place[0] as number);
    y += weight * (place[1] as number);
    weights += weight;
  }
  return weights === 0 ? [0, 0] : [x / weights, y / weights];
}
