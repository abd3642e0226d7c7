import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { formatCount } from '../../domain/plural.ts';
import { RefusedFile } from './regularFile.ts';

/** Memory that the columns of one row group may take once they are unpacked. */
export const PARQUET_BUDGET_BYTES = 512 * 2 ** 20;

/** Least memory of a value, and of a row as an object. */
const VALUE_BYTES = 8;
const ROW_BYTES = 64;
/** A page's header may hold its least and its greatest value. */
const HEADER_BYTES = [1 << 10, 1 << 16, 1 << 22];

/**
 * Adds up what a row group would take in memory, from the headers of its pages, before any page is unpacked:
 * a file of a few kilobytes can unpack to gigabytes, and its footer may be wrong.
 *
 * @param row counted from 0; the group that holds it is checked
 * @param columns top-level names; other columns of the group are not loaded
 * @returns bytes
 * @throws RefusedFile if it exceeds the budget
 */
export async function checkParquetSize(
  file: AsyncBuffer,
  metadata: FileMetaData,
  row: number,
  columns: readonly string[],
  budget: number = PARQUET_BUDGET_BYTES,
): Promise<number> {
  const rowGroup = groupOf(metadata, row);
  let bytes = ROW_BYTES * Number(rowGroup?.num_rows ?? 0);
  refuseOver(bytes, budget);
  for (const { meta_data: column } of rowGroup?.columns ?? []) {
    if (column === undefined || !columns.includes(column.path_in_schema[0] ?? '')) continue;
    const start = Number(column.dictionary_page_offset || column.data_page_offset);
    const end = Math.min(file.byteLength, start + Number(column.total_compressed_size));
    for (let at = start; at < end - 1; ) {
      const page = await readPageHeader(file, at, end);
      bytes += page.bytes;
      refuseOver(bytes, budget);
      at = page.end;
    }
  }
  return bytes;
}

function groupOf({ row_groups: groups }: FileMetaData, row: number) {
  let end = 0;
  return groups.find((group) => {
    end += Number(group.num_rows);
    return row < end;
  });
}

async function readPageHeader(file: AsyncBuffer, at: number, end: number) {
  for (const [index, size] of HEADER_BYTES.entries()) {
    const reader = { view: new DataView(await file.slice(at, Math.min(end, at + size))), offset: 0 };
    try {
      const header = parquetHeader(reader);
      const { uncompressed_page_size: unpacked, compressed_page_size: packed } = header;
      const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
      const values = Math.max(v1?.num_values ?? 0, v2?.num_values ?? 0, dictionary?.num_values ?? 0);
      if (!(packed >= 0 && unpacked >= 0 && values >= 0)) throw new RefusedFile('a page has a negative size');
      return { bytes: unpacked + VALUE_BYTES * values, end: at + reader.offset + packed };
    } catch (error) {
      const isWhole = at + size >= end || index === HEADER_BYTES.length - 1;
      if (error instanceof RefusedFile || isWhole) throw error;
    }
  }
  throw new RefusedFile("a page's header is too long");
}

function refuseOver(bytes: number, budget: number): void {
  if (bytes <= budget) return;
  const megabytes = formatCount(Math.round(budget / 2 ** 20));
  throw new RefusedFile(`it unpacks to more than ${megabytes} MiB in one row group`);
}
