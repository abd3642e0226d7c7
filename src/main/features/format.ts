import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * The file of features beside a project: a header, the projection of the compact form, then blocks of rows.
 * Half floats at places that follow from the image's id, so that a fit reads a million rows in one pass,
 * without SQLite and without a copy, and that deleting the file frees all of the space.
 *
 *     0       magic, then a line of JSON, zeros up to HEADER_BYTES
 *     4096    the projection, if there is one: mean [F], matrix [F, size], little-endian float32; zeros up to a whole page
 *     then    blocks of ROWS_PER_BLOCK rows: their checksums (uint32), then the rows (little-endian half floats, [size])
 *
 * The row of image `id` is row `id`. A checksum of 0 means that there is none; so does one that does not
 * match, as after a power cut.
 */
export const ROWS_PER_BLOCK = 1024;
export const CHECKSUM_BYTES = 4;
const HALF_BYTES = 2;
const HEADER_BYTES = 4096;
const PAGE_BYTES = 4096;
const MAGIC = 'GREFEL-FEATURES\n';
/** Grows when older files cannot be used any more. */
const VERSION = 1;

const fieldsSchema = z.object({
  version: z.literal(VERSION),
  /** F: length of the model's features of an image. */
  modelSize: z.int().min(1),
  /** Values of a stored row: F, or fewer in the compact form. */
  size: z.int().min(1),
  /** The model and the settings that predicted the images: rows of others are useless. */
  predictedBy: z.string(),
  /** Whether a projection follows. */
  projected: z.boolean(),
});
/** Older files call `predictedBy` a reading. */
const headerSchema = z
  .looseObject({})
  .transform(({ reading, ...fields }) => ({ predictedBy: reading, ...fields }))
  .pipe(fieldsSchema);
export type FeatureHeader = Omit<z.infer<typeof fieldsSchema>, 'version'>;

/** The identity of a file's rows. */
export type FeaturesOfRun = Pick<FeatureHeader, 'modelSize' | 'predictedBy'>;

export const headerBytes = HEADER_BYTES;

export function encodeHeader(header: FeatureHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(`${MAGIC}${JSON.stringify({ version: VERSION, ...header })}\n`);
  return bytes;
}

/** Null for bytes that are no header of this version. */
export function decodeHeader(bytes: Buffer): FeatureHeader | null {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return null;
  const end = bytes.indexOf('\n', MAGIC.length);
  if (end < 0) return null;
  try {
    const { version: _, ...header } = headerSchema.parse(
      JSON.parse(bytes.toString('utf8', MAGIC.length, end)),
    );
    return header;
  } catch {
    return null; // damaged, or of a newer version
  }
}

/** Where things are in a file. */
export class FeatureLayout {
  readonly rowBytes: number;
  readonly projectionBytes: number;
  readonly #firstBlock: number;
  readonly #blockBytes: number;

  constructor({ size, modelSize, projected }: FeatureHeader) {
    this.rowBytes = size * HALF_BYTES;
    this.projectionBytes = projected ? (modelSize + modelSize * size) * Float32Array.BYTES_PER_ELEMENT : 0;
    this.#firstBlock = HEADER_BYTES + Math.ceil(this.projectionBytes / PAGE_BYTES) * PAGE_BYTES;
    this.#blockBytes = ROWS_PER_BLOCK * (CHECKSUM_BYTES + this.rowBytes);
  }

  /** Of the check sum of a row. */
  checksumAt(row: number): number {
    return this.#blockOf(row) + (row % ROWS_PER_BLOCK) * CHECKSUM_BYTES;
  }

  rowAt(row: number): number {
    return this.#blockOf(row) + ROWS_PER_BLOCK * CHECKSUM_BYTES + (row % ROWS_PER_BLOCK) * this.rowBytes;
  }

  /** Number of blocks begun by a file of this size. */
  blocksIn(fileBytes: number): number {
    return Math.max(0, Math.ceil((fileBytes - this.#firstBlock) / this.#blockBytes));
  }

  #blockOf(row: number): number {
    return this.#firstBlock + Math.floor(row / ROWS_PER_BLOCK) * this.#blockBytes;
  }
}

/** Of a row's bytes at its place, never 0. */
export function checksumOf(row: Uint8Array, id: number): number {
  return crc32(row, id) || 1;
}
