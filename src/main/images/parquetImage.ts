import { stat } from 'node:fs/promises';
import {
  type AsyncBuffer,
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { errorMessage } from '../../shared/errors.ts';
import { explainFileError } from './decode.ts';
import { ImageProblem } from './imageProblem.ts';

interface ParquetFile {
  file: AsyncBuffer;
  metadata: FileMetaData;
}

/** Files and row groups kept open: a scan reads a group's images one after the other. */
const KEPT_FILES = 8;
const KEPT_GROUPS = 2;
/** A larger group is not read for one image; its pages are found by their index instead, where it has one. */
const LARGEST_GROUP = 128 * 2 ** 20;

const files = new Map<string, Promise<ParquetFile>>();
const groups = new Map<string, Promise<unknown[]>>();

/**
 * The bytes of the image in one row of a Parquet file.
 *
 * @param row counted from 0
 * @param column holds bytes, or `{ bytes, path }` as Hugging Face's Image feature does
 * @throws ImageProblem
 */
export async function readParquetImage(path: string, row: number, column: string): Promise<Buffer> {
  try {
    const { mtimeMs, size } = await stat(path);
    const version = `${path} ${mtimeMs} ${size}`;
    const opened = await keep(files, KEPT_FILES, version, () => openParquet(path));
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
    const isSmall = group.bytes <= LARGEST_GROUP;
    const rows = isSmall
      ? await keep(groups, KEPT_GROUPS, `${version} ${column} ${group.start}`, () =>
          read(group.start, group.end),
        )
      : await read(row, row + 1);
    return imageBytes(
      (rows[isSmall ? row - group.start : 0] as Record<string, unknown> | undefined)?.[column],
    );
  } catch (error) {
    if (error instanceof ImageProblem || (error instanceof Error && 'syscall' in error))
      throw explainFileError(error);
    throw new ImageProblem(`the Parquet file cannot be read (${errorMessage(error)})`, { cause: error });
  }
}

async function openParquet(path: string): Promise<ParquetFile> {
  const file = await asyncBufferFromFile(path);
  return { file, metadata: await parquetMetadataAsync(file) };
}

function findGroup(
  metadata: FileMetaData,
  row: number,
): { start: number; end: number; bytes: number } | null {
  let start = 0;
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows);
    if (row < end) return { start, end, bytes: Number(group.total_byte_size) };
    start = end;
  }
  return null;
}

function imageBytes(value: unknown): Buffer {
  const bytes =
    value instanceof Uint8Array ? value : (value as { bytes?: unknown } | null | undefined)?.bytes;
  if (!(bytes instanceof Uint8Array)) throw new ImageProblem('the row holds no image');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What was made for a key, or makes it; the oldest is forgotten, and so is what failed. */
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
