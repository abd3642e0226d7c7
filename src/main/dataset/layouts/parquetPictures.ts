import type { FileMetaData } from 'hyparquet';
import type { UniqueKeys } from '../readers/uniqueKeys.ts';
import type { SampleRecord } from '../recognition/layout.ts';
import type { SamplePaths } from '../recognition/samplePaths.ts';

/** The part of a row that locates its picture. */
export type PictureOfRow = Pick<SampleRecord, 'image' | 'path' | 'problem' | 'region' | 'matched'>;

/** Cells of so few bytes a row hold no pictures. */
const EMPTY_BYTES = 16;

/**
 * Whether rows of a group may name files in place of holding pictures: in a struct of bytes and path some bytes are
 * null, as `datasets` writes pictures that it did not embed.
 */
export function mayNameFiles(
  { columns, num_rows: rows }: FileMetaData['row_groups'][number],
  image: string,
): boolean {
  const bytes = columns
    .flatMap(({ meta_data }) => meta_data ?? [])
    .find(({ path_in_schema: [column, child] }) => column === image && child === 'bytes');
  if (bytes === undefined) return false;
  const nulls = bytes.statistics?.null_count;
  if (nulls !== undefined) return nulls > 0n;
  return Number(bytes.total_uncompressed_size) <= EMPTY_BYTES * Number(rows);
}

/** The file that a cell names; null where it holds the picture itself. '' for neither. */
export function fileOf(cell: unknown): string | null {
  if (typeof cell === 'string') return cell;
  const { bytes, path } = (cell ?? {}) as { bytes?: unknown; path?: unknown };
  if (bytes !== null && bytes !== undefined) return null;
  return typeof path === 'string' ? path : '';
}

/** @param place of the row, where it names nothing */
export function fileNamed(name: string, paths: SamplePaths, keys: UniqueKeys, place: string): PictureOfRow {
  if (name.trim() === '') {
    return { image: keys.take(place), path: '', problem: 'the row names no image', region: null };
  }
  const { path, problem, matched } = paths.resolve(name);
  return { image: keys.take(path === '' ? name : path), path, problem, region: null, matched };
}
