import { bestPairing } from '../../../labelQuality/alignClasses.ts';
import { squaredDistance } from '../../../labelQuality/squaredDistance.ts';
import { clusterRows, squaredLengths, turnRows } from './clusters.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/** Anchors of a tuned model. M fitted classes, K anchors of each, D size of an embedding. */
export interface Anchors {
  /** [M*K*D]; row m*K + k. */
  centres: Float32Array;
  /** [M*K] 1 for the rows that are used: a small class has fewer anchors. */
  used: Float32Array;
}

/** The paper's default. */
export const ANCHORS_PER_CLASS = 10;
/** Fewest images for each anchor: with fewer, an anchor would memorise them. */
const IMAGES_PER_ANCHOR = 15;
const SEED = 19;

/**
 * Places the anchors of each class by weighted k-means, which has the least L_c (the distance of embeddings to
 * the nearest anchor of their class) where embeddings are frozen.
 * @param points of labelled images [n*D]
 * @param classOf [n] fitted class
 * @param weights [n] how far each label is believed
 */
export async function placeAnchors(
  points: Rows,
  classOf: Int16Array,
  weights: Float32Array,
  classes: number,
  products: MatrixProducts,
): Promise<Anchors> {
  const { columns: size } = points;
  const centres = new Float32Array(classes * ANCHORS_PER_CLASS * size);
  const used = new Float32Array(classes * ANCHORS_PER_CLASS);
  for (let label = 0; label < classes; label++) {
    const members = Int32Array.from(classOf.keys().filter((row) => classOf[row] === label));
    if (members.length === 0) continue;
    const count = Math.min(ANCHORS_PER_CLASS, Math.max(1, Math.floor(members.length / IMAGES_PER_ANCHOR)));
    const own = Float32Array.from(members, (row) => weights[row] as number);
    const found = await clusterRows(pickRows(points, members), own, count, SEED + label, products);
    centres.set(found.data, label * ANCHORS_PER_CLASS * size);
    used.fill(1, label * ANCHORS_PER_CLASS, label * ANCHORS_PER_CLASS + count);
  }
  return { centres, used };
}

/** Numbers anchors as those of another fold are numbered that they are closest to, so that one name is one place. */
export function numberLike(model: Anchors, anchors: Anchors, size: number): Anchors {
  const renumbered = { centres: new Float32Array(anchors.centres.length), used: anchors.used.slice() };
  for (let first = 0; first < anchors.used.length; first += ANCHORS_PER_CLASS) {
    const rows = Array.from({ length: ANCHORS_PER_CLASS }, (_, k) => first + k);
    const gains = rows.map((row) => rows.map((other) => gainOf(model, other, anchors, row, size)));
    for (const [k, place] of bestPairing(gains).entries()) {
      const from = (first + k) * size;
      renumbered.centres.set(anchors.centres.subarray(from, from + size), (first + place) * size);
      renumbered.used[first + place] = anchors.used[first + k] as number;
    }
  }
  return renumbered;
}

/** Rows that one of them does not use go where nothing is lost. */
function gainOf(model: Anchors, other: number, anchors: Anchors, row: number, size: number): number {
  if (model.used[other] === 0 || anchors.used[row] === 0) return 0;
  const centre = model.centres.subarray(other * size, (other + 1) * size);
  return 1 / (1 + squaredDistance(centre, anchors.centres, undefined, row * size));
}

/**
 * Eq. 12, d = ||a - e||, of some points to every anchor.
 * @returns [n*(M*K)] infinite for rows that are not used
 */
export async function distancesToAnchors(
  points: Rows,
  { centres, used }: Anchors,
  products: MatrixProducts,
): Promise<Float32Array> {
  const rows = { data: centres, rows: used.length, columns: points.columns };
  const distances = await products.multiply(points, turnRows(rows));
  const lengths = squaredLengths(rows);
  const own = squaredLengths(points);
  for (let row = 0; row < points.rows; row++) {
    for (let anchor = 0; anchor < used.length; anchor++) {
      const place = row * used.length + anchor;
      const squared = (own[row] as number) + (lengths[anchor] as number) - 2 * (distances[place] as number);
      distances[place] = used[anchor] === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(Math.max(0, squared));
    }
  }
  return distances;
}

function pickRows(points: Rows, rows: Int32Array): Rows {
  const { columns } = points;
  const data = new Float32Array(rows.length * columns);
  for (const [place, row] of rows.entries()) {
    data.set(points.data.subarray(row * columns, (row + 1) * columns), place * columns);
  }
  return { data, rows: rows.length, columns };
}
