import { stat } from 'node:fs/promises';
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { errorMessage } from '../../domain/errors.ts';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import {
  checkParquetSize,
  onDisk,
  openParquetFile,
  PARQUET_BUDGET_BYTES,
  RefusedFile,
} from '../files/index.ts';
import { explainFileError } from './fileProblems.ts';
import { ImageProblem } from './imageProblem.ts';

interface ParquetFile {
  file: AsyncBuffer;
  metadata: FileMetaData;
}

/** Most files and row groups kept open: a scan reads a group's images one after the other. */
const KEPT_FILES = 8;
const KEPT_GROUPS = 2;
/** A larger group is not loaded for one image; its pages are found by their index instead, if it has one. */
const LARGEST_GROUP = 128 * 2 ** 20;

/** Row groups whose unpacked size is known. */
const KEPT_SIZES = 64;
/** Pictures are compressed already: data that unpack to more than this many times their size contain none. */
const MOST_UNPACKED = 3;

const files = new Map<string, Promise<ParquetFile>>();
const groups = new Map<string, Promise<unknown[]>>();
const sizes = new Map<string, Promise<number>>();

/**
 * The bytes of the image in one row of a Parquet file.
 *
 * @param row counted from 0
 * @param column holds bytes, or `{ bytes, path }` as Hugging Face's Image feature does
 * @throws ImageProblem
 */
export async function readParquetImage(
  path: string,
  row: number,
  column: string,
  place: DatasetPlace | null = null,
): Promise<Buffer> {
  try {
    const { mtimeMs, size } = await stat(onDisk(path, place));
    const version = `${path} ${mtimeMs} ${size} ${JSON.stringify(place)}`;
    const opened = await keep(files, KEPT_FILES, version, () => openParquet(path, place));
    const group = findGroup(opened.metadata, row);
    if (group === null) throw new ImageProblem(`the file has no row ${row + 1}`);
    const read = (rowStart: number, rowEnd: number) =>
      parquetReadObjects({
        ...opened,
        columns: [column],
        rowStart,
        rowEnd,
        compressors,
        utf8: false,
        useOffsetIndex: true,
      });
    const key = `${version} ${column} ${group.start}`;
    const budget = Math.max(PARQUET_BUDGET_BYTES, MOST_UNPACKED * size);
    const bytes = await keep(sizes, KEPT_SIZES, key, () =>
      checkParquetSize(opened.file, opened.metadata, group.start, [column], budget),
    );
    const isSmall = bytes <= LARGEST_GROUP;
    const rows = isSmall
      ? await keep(groups, KEPT_GROUPS, key, () => read(group.start, group.end))
      : await read(row, row + 1);
    return imageBytes(
      (rows[isSmall ? row - group.start : 0] as Record<string, unknown> | undefined)?.[column],
    );
  } catch (error) {
    const isKnown = error instanceof ImageProblem || error instanceof RefusedFile;
    if (isKnown || (error instanceof Error && 'syscall' in error)) throw explainFileError(error);
    throw new ImageProblem(`the Parquet file cannot be read (${errorMessage(error)})`, { cause: error });
  }
}

async function openParquet(path: string, place: DatasetPlace | null): Promise<ParquetFile> {
  const file = await openParquetFile(path, place);
  return { file, metadata: await parquetMetadataAsync(file) };
}

function findGroup(metadata: FileMetaData, row: number): { start: number; end: number } | null {
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    if (row < end) return { start, end };
    start = end;
  }
  return null;
}

function imageBytes(value: unknown): Buffer {
  const bytes =
    value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes;
  if (!(bytes instanceof Uint8Array)) throw new ImageProblem('the row has no image');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The cached value for a key, or a new one; the oldest is dropped, and so is a failed one. */
function keep<Value>(
  kept: Map<string, Promise<Value>>,
  most: number,
  key: string,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  made.catch(() => kept.delete(key));
  kept.set(key, made);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  return made;
}
