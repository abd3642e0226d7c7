import type { Embeddings } from './embeddings.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/** Nearest images by the cosine of embeddings. N images. */
export interface Neighbours {
  /** [N] most similar other image, and its cosine; -1 and NaN where there is none. */
  nearest: Int32Array;
  similarity: Float32Array;
  /** [N] cosine of the most similar image with the same label, and with another one; NaN where there is none. */
  sameLabel: Float32Array;
  otherLabel: Float32Array;
}

const BLOCK = 2048;
/** Images that others are compared with; of a larger data set an even selection. */
const MOST_CANDIDATES = 20_000;
const WITHOUT_LABEL = -1;

/** @param progress share done, 0 to 1 */
export async function findNeighbours(
  embeddings: Embeddings,
  labels: Int16Array,
  products: MatrixProducts,
  progress: (share: number) => void,
): Promise<Neighbours> {
  const none = () => new Float32Array(labels.length).fill(Number.NaN);
  const neighbours: Neighbours = {
    nearest: new Int32Array(labels.length).fill(-1),
    similarity: none(),
    sameLabel: none(),
    otherLabel: none(),
  };
  const usable = Int32Array.from(labels.keys().filter((image) => embeddings.usable[image] === 1));
  const groups = candidatesByLabel(usable, labels, embeddings);
  for (let start = 0; start < usable.length; start += BLOCK) {
    const block = usable.subarray(start, start + BLOCK);
    const rows = embeddings.unitRows(block);
    for (const { label, images, candidates } of groups) {
      // Two of each, because the first may be the image itself.
      const count = Math.min(2, images.length);
      const best = await products.bestInnerProducts(rows, candidates, count);
      for (const [row, image] of block.entries()) {
        const place = row * count + (images[best.columns[row * count] as number] === image ? 1 : 0);
        if (place >= (row + 1) * count) continue;
        const other = images[best.columns[place] as number] as number;
        keepBest(neighbours, image, other, label, labels, best.values[place] as number);
      }
    }
    progress(Math.min(1, (start + BLOCK) / usable.length));
  }
  return neighbours;
}

function candidatesByLabel(usable: Int32Array, labels: Int16Array, embeddings: Embeddings) {
  const step = Math.max(1, usable.length / MOST_CANDIDATES);
  const chosen = new Map<number, number[]>();
  for (let place = 0; place < usable.length; place += step) {
    const image = usable[Math.floor(place)] as number;
    const label = labels[image] as number;
    const group = chosen.get(label);
    if (group) group.push(image);
    else chosen.set(label, [image]);
  }
  return [...chosen].map(([label, images]): { label: number; images: number[]; candidates: Rows } => ({
    label,
    images,
    candidates: embeddings.unitRows(images),
  }));
}

function keepBest(
  neighbours: Neighbours,
  image: number,
  other: number,
  label: number,
  labels: Int16Array,
  similarity: number,
): void {
  if (!(similarity <= (neighbours.similarity[image] as number))) {
    neighbours.similarity[image] = similarity;
    neighbours.nearest[image] = other;
  }
  const own = labels[image] as number;
  if (own === WITHOUT_LABEL || label === WITHOUT_LABEL) return;
  const side = label === own ? neighbours.sameLabel : neighbours.otherLabel;
  if (!(similarity <= (side[image] as number))) side[image] = similarity;
}
