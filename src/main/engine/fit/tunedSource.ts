import { evenly } from '../../../labelQuality/evenly.ts';
import type { FeatureSource } from './discriminant.ts';
import type { Embeddings } from './embeddings.ts';

/** The model's features of a dataset; those of an older version or of another model may be missing. */
export interface DatasetFeatures {
  source: FeatureSource;
  /** [N] 1 for an image that has them. */
  present: Uint8Array;
  /** 0 in the model's own domain, 1 in another (labelQuality/domainShift.ts); null where nothing tells. */
  outOfDomain: number | null;
}

interface TunedSource {
  source: FeatureSource;
  /** 0 in the base model's own domain, 1 in another. */
  outOfDomain: number;
  /** [N] 1 for an image that has all that is needed. */
  usable: Uint8Array;
}

/** Most images by which the two are brought to one scale, evenly spread. */
const MOST_IMAGES = 5000;

/**
 * What the tuned model learns from. In the base model's own domain its embedding, which was trained to separate
 * these classes on such images; on other faces the features below it, which still hold what tells other classes
 * and faces apart (bench/flags/README.md). Between the two domains both, side by side, with shares of the
 * variance that change smoothly. Without features the embedding.
 */
export async function tunedSource(
  embeddings: Embeddings,
  features: DatasetFeatures | null,
): Promise<TunedSource> {
  if (features === null) return { source: embeddings, usable: embeddings.usable, outOfDomain: 1 };
  if (features.outOfDomain === 0) return { source: embeddings, usable: embeddings.usable, outOfDomain: 0 };
  const usable = embeddings.usable.map((is, image) => is & (features.present[image] as number));
  const outOfDomain = features.outOfDomain ?? 1;
  if (outOfDomain === 1) return { source: features.source, usable, outOfDomain };
  const images = evenly(Int32Array.from(usable.keys().filter((image) => usable[image] === 1)), MOST_IMAGES);
  const source = sideBySide([
    { source: features.source, scale: Math.sqrt(outOfDomain) / (await spreadOf(features.source, images)) },
    { source: embeddings, scale: Math.sqrt(1 - outOfDomain) / (await spreadOf(embeddings, images)) },
  ]);
  return { source, usable, outOfDomain };
}

/** Square root of the total variance. */
async function spreadOf(source: FeatureSource, images: Int32Array): Promise<number> {
  const { data, columns } = await source.rows(images);
  const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
  for (const [at, value] of data.entries()) {
    sums[at % columns] = (sums[at % columns] as number) + value;
    squares[at % columns] = (squares[at % columns] as number) + value * value;
  }
  const count = Math.max(1, images.length);
  const variance = squares.reduce(
    (sum, square, d) => sum + square / count - ((sums[d] as number) / count) ** 2,
    0,
  );
  return Math.sqrt(Math.max(1e-12, variance));
}

function sideBySide(parts: readonly { source: FeatureSource; scale: number }[]): FeatureSource {
  const size = parts.reduce((sum, { source }) => sum + source.size, 0);
  return {
    size,
    async rows(images) {
      const data = new Float32Array(images.length * size);
      let from = 0;
      for (const { source, scale } of parts) {
        const own = await source.rows(images);
        for (let row = 0; row < images.length; row++) {
          for (let d = 0; d < source.size; d++) {
            data[row * size + from + d] = scale * (own.data[row * source.size + d] as number);
          }
        }
        from += source.size;
      }
      return { data, rows: images.length, columns: size };
    },
  };
}
