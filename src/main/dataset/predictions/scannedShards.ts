import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { z } from 'zod';
import { errorMessage } from '../../../domain/errors.ts';
import type { ImageFacts } from '../../../domain/inference.ts';
import {
  IMAGE_VIEWS,
  type ImageViews,
  type ModelMetadata,
  modelMetadataSchema,
} from '../../../domain/model.ts';
import { checkParquetSize, readRegularFile } from '../../files/index.ts';
import { faultyPredictions } from './predictions.ts';
import { type ScannedOutputs, scannedOutputs, shardRowSchema } from './shardRow.ts';

const MANIFEST = 'manifest.json';
const PLAN = 'plan.json';
const SCAN_AGAIN =
  'Write the folder again: by the same `grefel_cluster scan` with --verify, or by `grefel_train train`. Nothing was imported.';

const shardSchema = z.object({
  file: z.string().regex(/^part-\d+-\d+\.parquet$/),
  rows: z.int().min(0),
  sha256: z.string(),
});

const manifestSchema = z
  .object({
    version: z.literal(1),
    rows: z.int().min(0),
    views: z.enum(IMAGE_VIEWS),
    device: z.enum(['cpu', 'cuda']),
    /** Each image was predicted by a model that had not seen it: one of several, trained on the others. */
    outOfFold: z.boolean().default(false),
    model: z.object({ sha256: z.string(), metadata: modelMetadataSchema }),
    shards: z.array(shardSchema),
  })
  .refine(
    ({ rows, shards }) => shards.reduce((sum, shard) => sum + shard.rows, 0) === rows,
    'its shards do not have as many rows as it says',
  );

/** What a scan elsewhere found in one image. */
export interface ScannedRow {
  /** As the cluster named it: its path below the scanned folder. */
  image: string;
  /** Where the row is: "part-000001-0000.parquet row 7". */
  place: string;
  /** Hex SHA-256 of the image's bytes; null if not even these could be read. */
  contentSha256: string | null;
  /** The model's outputs, with what the picture is like where that was measured; or why the image cannot be read. */
  result: { facts: ImageFacts | null; outputs: ScannedOutputs } | { problem: string };
}

/** A finished scan of a Ray cluster (docs/cluster.md), or of a model's own training (models/train/README.md). */
export interface ScannedShards {
  model: ModelMetadata;
  modelSha256: string;
  views: ImageViews;
  device: 'cpu' | 'cuda';
  outOfFold: boolean;
  rows: number;
  /** All rows, a shard at a time. @throws AppError `table-invalid` with the shard, and the row */
  read(): AsyncGenerator<ScannedRow[]>;
}

/** Whether predictions are a folder, which only a cluster and training write. */
export async function isFolder(place: string): Promise<boolean> {
  return (await stat(place).catch(() => null))?.isDirectory() === true;
}

/** Opens the folder that `grefel_cluster scan` or `grefel_train train` has written. @throws AppError `table-invalid` */
export async function openScannedShards(folder: string): Promise<ScannedShards> {
  const { model, views, device, outOfFold, rows, shards } = await readManifest(folder);
  return {
    model: model.metadata,
    modelSha256: model.sha256,
    views,
    device,
    outOfFold,
    rows,
    async *read() {
      for (const shard of shards) yield await readShard(path.join(folder, shard.file), shard, model.metadata);
    },
  };
}

async function readManifest(folder: string): Promise<z.infer<typeof manifestSchema>> {
  const file = path.join(folder, MANIFEST);
  const text = await readRegularFile(file).catch(async () => {
    const isUnfinished = (await stat(path.join(folder, PLAN)).catch(() => null)) !== null;
    throw isUnfinished
      ? faultyPredictions(
          folder,
          null,
          'the scan is not finished',
          'Run the same `grefel_cluster scan` again. Nothing was imported.',
        )
      : faultyPredictions(
          folder,
          null,
          `it has no ${MANIFEST}`,
          'Give the folder that `grefel_cluster scan` or `grefel_train train` wrote, or a file.',
        );
  });
  try {
    return manifestSchema.parse(JSON.parse(text.toString('utf8')));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : errorMessage(error);
    throw faultyPredictions(file, null, `it cannot be used (${what})`, SCAN_AGAIN);
  }
}

async function readShard(
  file: string,
  { rows: expected, sha256 }: z.infer<typeof shardSchema>,
  model: ModelMetadata,
): Promise<ScannedRow[]> {
  const bytes = await readRegularFile(file).catch((error: unknown) => {
    throw faultyPredictions(file, null, `it cannot be read (${errorMessage(error)})`, SCAN_AGAIN);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw faultyPredictions(file, null, 'its bytes are not those that the scan wrote', SCAN_AGAIN);
  const source = new Uint8Array(bytes).buffer;
  const metadata = await parquetMetadataAsync(source);
  const columns = metadata.schema.filter(({ name }) => name in shardRowSchema.shape).map(({ name }) => name);
  const buffer = {
    byteLength: source.byteLength,
    slice: async (start: number, end?: number) => source.slice(start, end),
  };
  if (expected > 0) await checkParquetSize(buffer, metadata, 0, columns);
  const rows = await parquetReadObjects({ file: source, metadata, columns, compressors });
  if (rows.length !== expected)
    throw faultyPredictions(file, null, `it has ${rows.length} rows, not ${expected}`, SCAN_AGAIN);
  return rows.map((row, at) => scannedRow(row, file, at, model));
}

function scannedRow(
  row: Record<string, unknown>,
  file: string,
  at: number,
  model: ModelMetadata,
): ScannedRow {
  const place = `${path.basename(file)} row ${at + 1}`;
  try {
    const { image, problem, content_sha256: content, ...rest } = shardRowSchema.parse(row);
    const contentSha256 = content === null ? null : hex(content);
    if (problem !== null) return { image, place, contentSha256, result: { problem } };
    return {
      image,
      place,
      contentSha256,
      result: { facts: factsOf(rest), outputs: scannedOutputs(rest, model) },
    };
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error).split('\n')[0] : errorMessage(error);
    throw faultyPredictions(file, `row ${at + 1}`, `it cannot be used (${what})`, SCAN_AGAIN);
  }
}

type Facts = Pick<
  z.output<typeof shardRowSchema>,
  'width' | 'height' | 'format' | 'pixels_sha256' | 'perceptual_hash' | 'brightness' | 'sharpness'
>;

/** Null where nothing was measured. @throws Error where something was, but not all */
function factsOf({
  width,
  height,
  format,
  pixels_sha256,
  perceptual_hash,
  brightness,
  sharpness,
}: Facts): ImageFacts | null {
  const all = [width, height, format, pixels_sha256, perceptual_hash, brightness, sharpness];
  if (all.every((fact) => fact === null)) return null;
  return {
    width: known(width),
    height: known(height),
    format: known(format),
    pixelsSha256: hex(known(pixels_sha256)),
    perceptualHash: hex(known(perceptual_hash)),
    brightness: known(brightness),
    sharpness: known(sharpness),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function known<Value>(value: Value | null): Value {
  if (value === null) throw new Error('a fact of the picture is missing');
  return value;
}
