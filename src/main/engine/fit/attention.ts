import { seededRandom } from '../../../labelQuality/random.ts';
import type { FeatureSource } from './discriminant.ts';
import type { Embeddings } from './embeddings.ts';
import type { MatrixProducts, Rows } from './matrixProducts.ts';

/** Numbers of an embedding that are one token, as in the paper's attention. */
const TOKEN = 64;
const SEED = 16;
/** Most images from which the embeddings' means and spreads are estimated, evenly spread. */
const MOST_IMAGES = 20_000;

/**
 * Self-attention (Eq. 16) on embeddings: each is cut into tokens of 64 numbers, which attend to one another.
 * Queries, keys and values are random rotations from a seed, as in reservoir computing; only W_out (Eq. 17)
 * is fitted, because that has a closed form. No label is used here.
 * @returns features of the size of an embedding, rounded up to whole tokens
 */
export function attentionFeatures(embeddings: Embeddings, products: MatrixProducts): FeatureSource {
  const tokens = Math.ceil(embeddings.size / TOKEN);
  const size = tokens * TOKEN;
  const { means, spreads } = momentsOf(embeddings);
  const random = seededRandom(SEED);
  const mixing = rotation(size, random);
  const queries = rotation(TOKEN, random);
  const keys = rotation(TOKEN, random);
  const values = rotation(TOKEN, random);

  async function rows(images: Int32Array): Promise<Rows> {
    const own = embeddings.rows(images);
    const even = new Float32Array(images.length * size);
    for (let row = 0; row < images.length; row++) {
      for (let d = 0; d < embeddings.size; d++) {
        const value = (own.data[row * embeddings.size + d] as number) - (means[d] as number);
        even[row * size + d] = value / (spreads[d] as number);
      }
    }
    const mixed = await products.multiply({ data: even, rows: images.length, columns: size }, mixing);
    const ofTokens = { data: mixed, rows: images.length * tokens, columns: TOKEN };
    const [query, key, value] = [
      await products.multiply(ofTokens, queries),
      await products.multiply(ofTokens, keys),
      await products.multiply(ofTokens, values),
    ];
    return { data: attend(query, key, value, images.length, tokens), rows: images.length, columns: size };
  }
  return { size, rows };
}

/** softmax(q k^T / sqrt(64)) v, token by token. [n*T*64] each */
function attend(
  query: Float32Array,
  key: Float32Array,
  value: Float32Array,
  images: number,
  tokens: number,
): Float32Array {
  const attended = new Float32Array(value.length);
  const shares = new Float64Array(tokens);
  for (let image = 0; image < images; image++) {
    for (let token = 0; token < tokens; token++) {
      const at = (image * tokens + token) * TOKEN;
      let peak = Number.NEGATIVE_INFINITY;
      for (let other = 0; other < tokens; other++) {
        const from = (image * tokens + other) * TOKEN;
        let product = 0;
        for (let d = 0; d < TOKEN; d++) product += (query[at + d] as number) * (key[from + d] as number);
        shares[other] = product / Math.sqrt(TOKEN);
        peak = Math.max(peak, shares[other] as number);
      }
      let total = 0;
      for (let other = 0; other < tokens; other++) {
        shares[other] = Math.exp((shares[other] as number) - peak);
        total += shares[other] as number;
      }
      for (let other = 0; other < tokens; other++) {
        const from = (image * tokens + other) * TOKEN;
        const share = (shares[other] as number) / total;
        for (let d = 0; d < TOKEN; d++) {
          attended[at + d] = (attended[at + d] as number) + share * (value[from + d] as number);
        }
      }
    }
  }
  return attended;
}

function momentsOf(embeddings: Embeddings): { means: Float64Array; spreads: Float64Array } {
  const { size } = embeddings;
  const step = Math.max(1, Math.ceil(embeddings.images / MOST_IMAGES));
  const looked: number[] = [];
  for (let image = 0; image < embeddings.images; image += step) {
    if (embeddings.usable[image] === 1) looked.push(image);
  }
  const { data } = embeddings.rows(looked);
  const means = new Float64Array(size);
  const spreads = new Float64Array(size);
  const count = Math.max(1, looked.length);
  for (let place = 0; place < data.length; place++) {
    means[place % size] = (means[place % size] as number) + (data[place] as number) / count;
  }
  for (let place = 0; place < data.length; place++) {
    const difference = (data[place] as number) - (means[place % size] as number);
    spreads[place % size] = (spreads[place % size] as number) + difference ** 2 / count;
  }
  return { means, spreads: spreads.map((square) => Math.max(1e-6, Math.sqrt(square))) };
}

/** A random rotation: orthonormal rows, by Gram and Schmidt. [n*n] */
function rotation(size: number, random: () => number): Rows {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const data = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    const vector = Float64Array.from({ length: size }, normal);
    for (let before = 0; before < row; before++) {
      let product = 0;
      for (let d = 0; d < size; d++) product += (vector[d] as number) * (data[before * size + d] as number);
      for (let d = 0; d < size; d++) {
        vector[d] = (vector[d] as number) - product * (data[before * size + d] as number);
      }
    }
    const length = Math.hypot(...vector);
    for (let d = 0; d < size; d++) data[row * size + d] = (vector[d] as number) / length;
  }
  return { data, rows: size, columns: size };
}
