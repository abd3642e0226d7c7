import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { bitCount } from './nearDuplicates.ts';

/** How an image is known from a model's training. */
type TrainingMatch = 'same-pixels' | 'near-copy';

interface TrainingImage {
  pixelsSha256: string;
  perceptualHash: string;
}

const MEBIBYTE = 2 ** 20;
/** Three million images; a file of a few megabytes can unpack to gigabytes. */
const MOST_UNPACKED_BYTES = 256 * MEBIBYTE;
const LONGEST_ROW_BYTES = 4096;

/** Counts the unpacked bytes before they are parsed, which takes longer. @throws Error above the budget */
async function checkBudget(unpacked: AsyncIterable<Buffer>): Promise<void> {
  let bytes = 0;
  for await (const chunk of unpacked) {
    bytes += chunk.length;
    if (bytes > MOST_UNPACKED_BYTES) {
      throw new Error(`it unpacks to more than ${MOST_UNPACKED_BYTES / MEBIBYTE} MB`);
    }
  }
}

/**
 * The images that a model was trained on. Its predictions for those are no evidence about their labels, so
 * they are marked, even in another format or size.
 */
export class TrainingImages {
  readonly #pixels: ReadonlySet<string>;
  /** High and low 32 bits of each perceptual hash, side by side. */
  readonly #hashes: Uint32Array;
  readonly #maxDistance: number;

  constructor(images: readonly TrainingImage[], maxDistance: number) {
    this.#pixels = new Set(images.map(({ pixelsSha256 }) => pixelsSha256));
    this.#hashes = Uint32Array.from(images.flatMap(({ perceptualHash }) => halves(perceptualHash)));
    this.#maxDistance = maxDistance;
  }

  /**
   * @param listPath gzipped CSV `pixels_sha256,perceptual_hash`; null for a model without a list
   * @throws AppError `model-invalid`
   */
  static async load(listPath: string | null, maxDistance: number): Promise<TrainingImages> {
    if (listPath === null) return new TrainingImages([], maxDistance);
    const images: TrainingImage[] = [];
    const rows = parse({ columns: true, max_record_size: LONGEST_ROW_BYTES });
    rows.on('data', (row: Record<string, string>) => {
      images.push({ pixelsSha256: row.pixels_sha256 ?? '', perceptualHash: row.perceptual_hash ?? '' });
    });
    try {
      await pipeline(createReadStream(listPath), createGunzip(), checkBudget);
      await pipeline(createReadStream(listPath), createGunzip(), rows);
    } catch (error) {
      throw new AppError(
        'model-invalid',
        `the model's list of training images ${listPath} cannot be read (${errorMessage(error)})`,
        'It is a gzipped CSV with the columns pixels_sha256 and perceptual_hash; see docs/model-contract.md.',
        { cause: error },
      );
    }
    return new TrainingImages(images, maxDistance);
  }

  /** @param perceptualHash 16 hex digits */
  match(pixelsSha256: string, perceptualHash: string): TrainingMatch | null {
    if (this.#pixels.has(pixelsSha256)) return 'same-pixels';
    const [high, low] = halves(perceptualHash) as [number, number];
    for (let index = 0; index < this.#hashes.length; index += 2) {
      const different =
        bitCount((this.#hashes[index] as number) ^ high) +
        bitCount((this.#hashes[index + 1] as number) ^ low);
      if (different <= this.#maxDistance) return 'near-copy';
    }
    return null;
  }
}

function halves(hash: string): number[] {
  return [Number.parseInt(hash.slice(0, 8), 16), Number.parseInt(hash.slice(8, 16), 16)];
}
