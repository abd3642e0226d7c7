import type { Checkpoints } from './checkpoints.ts';
import type { Embeddings } from './embeddings.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/** Nearest images by the cosine of embeddings. N images. */
export interface Neighbours {
  /** [N] most similar other image, and its cosine; -1 and NaN if there is none. */
  nearest: Int32Array;
  similarity: Float32Array;
  /** [N] cosine of the most similar image with the same label, and with another one; NaN if there is none. */
  sameLabel: Float32Array;
  otherLabel: Float32Array;
}

const BLOCK = 2048;
/** Blocks between checkpoints. */
const BLOCKS_A_STEP = 8;
/** Most images that others are compared with; of a larger dataset an even selection. */
const MOST_CANDIDATES = 20_000;
const WITHOUT_LABEL = -1;

/** @param progress share done, 0 to 1 */
export async function findNeighbours(
  embeddings: Embeddings,
  labels: Int16Array,
  products: MatrixProducts,
  checkpoints: Checkpoints,
  progress: (share: number) => void,
): Promise<Neighbours> {
  const neighbours = noNeighbours(labels.length);
  const usable = Int32Array.from(labels.keys().filter((image) => embeddings.usable[image] === 1));
  const groups = candidatesByLabel(usable, labels, embeddings);
  const stepSize = BLOCK * BLOCKS_A_STEP;
  for (let from = 0; from < usable.length; from += stepSize) {
    const images = usable.subarray(from, from + stepSize);
    const found = await checkpoints.step(`neighbours-${from}`, async () => {
      const part = noNeighbours(images.length);
      for (let start = 0; start < images.length; start += BLOCK) {
        const block = images.subarray(start, start + BLOCK);
        await searchBlock(block, { embeddings, groups, products }, (row, other, label, similarity) =>
          keepBest(part, start + row, other, label, labels[block[row] as number] as number, similarity),
        );
        progress(Math.min(1, (from + start + block.length) / usable.length));
      }
      return { ...part };
    });
    for (const [row, image] of images.entries()) {
      neighbours.nearest[image] = found.nearest[row] as number;
      for (const column of ['similarity', 'sameLabel', 'otherLabel'] as const) {
        neighbours[column][image] = found[column][row] as number;
      }
    }
  }
  return neighbours;
}

function noNeighbours(images: number): Neighbours {
  const none = () => new Float32Array(images).fill(Number.NaN);
  return {
    nearest: new Int32Array(images).fill(-1),
    similarity: none(),
    sameLabel: none(),
    otherLabel: none(),
  };
}

/** Images of one label that others are compared with. */
interface Candidates {
  label: number;
  images: number[];
  candidates: Rows;
}

interface Search {
  embeddings: Embeddings;
  groups: Candidates[];
  products: MatrixProducts;
}

/** @param found called with the row of each image and the most similar one of each label */
async function searchBlock(
  block: Int32Array,
  { embeddings, groups, products }: Search,
  found: (row: number, other: number, label: number, similarity: number) => void,
): Promise<void> {
  const rows = embeddings.unitRows(block);
  for (const { label, images, candidates } of groups) {
    // Two of each, because the first may be the image itself.
    const count = Math.min(2, images.length);
    const best = await products.bestInnerProducts(rows, candidates, count);
    for (const [row, image] of block.entries()) {
      const place = row * count + (images[best.columns[row * count] as number] === image ? 1 : 0);
      if (place >= (row + 1) * count) continue;
      found(row, images[best.columns[place] as number] as number, label, best.values[place] as number);
    }
  }
}

function candidatesByLabel(usable: Int32Array, labels: Int16Array, embeddings: Embeddings): Candidates[] {
  const step = Math.max(1, usable.length / MOST_CANDIDATES);
  const chosen = new Map<number, number[]>();
  for (let place = 0; place < usable.length; place += step) {
    const image = usable[Math.floor(place)] as number;
    const label = labels[image] as number;
    const group = chosen.get(label);
    if (group) group.push(image);
    else chosen.set(label, [image]);
  }
  return [...chosen].map(([label, images]) => ({ label, images, candidates: embeddings.unitRows(images) }));
}

function keepBest(
  neighbours: Neighbours,
  row: number,
  other: number,
  label: number,
  own: number,
  similarity: number,
): void {
  if (!(similarity <= (neighbours.similarity[row] as number))) {
    neighbours.similarity[row] = similarity;
    neighbours.nearest[row] = other;
  }
  if (own === WITHOUT_LABEL || label === WITHOUT_LABEL) return;
  const side = label === own ? neighbours.sameLabel : neighbours.otherLabel;
  if (!(similarity <= (side[row] as number))) side[row] = similarity;
}
