import {
  type ColumnChunk,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import {
  checkParquetSize,
  type DatasetPlace,
  openParquetFile,
  regularFileStream,
} from '../../files/index.ts';

/** A label as a column of a Parquet file holds it. */
type ParquetLabel = bigint | number | string | null;

/** Length of the footer and the magic word after it. */
const END_BYTES = 8;

/**
 * Converts a label's text to the type of a column; undefined if the column cannot hold it.
 * @param text null for none
 */
export function parquetLabel(text: string | null, element: SchemaElement): ParquetLabel | undefined {
  if (text === null) return element.repetition_type === 'REQUIRED' ? undefined : null;
  if (element.type === 'BYTE_ARRAY') return text;
  if (element.type === 'DOUBLE' || element.type === 'FLOAT') {
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }
  if (!/^-?\d{1,9}$/.test(text)) return undefined;
  return element.type === 'INT64' ? BigInt(text) : element.type === 'INT32' ? Number(text) : undefined;
}

/**
 * A Parquet file with other labels in some rows. All that it holds is kept byte for byte, and so are its schema and its
 * further metadata: row groups with a change get a new column of labels behind the old ones, and a new footer leads there.
 *
 * @param column of the labels
 * @param labels by row, counted from 0
 */
export async function* rewriteParquetLabels(
  file: string,
  place: DatasetPlace,
  column: string,
  labels: ReadonlyMap<number, ParquetLabel>,
): AsyncGenerator<Uint8Array> {
  if (labels.size === 0) return yield* await regularFileStream(file, place);
  const source = await openParquetFile(file, place);
  const metadata = await parquetMetadataAsync(source);
  const footerStart = source.byteLength - END_BYTES - metadata.metadata_length;
  yield* await regularFileStream(file, place, { end: footerStart - 1 });

  const bytes = new ByteWriter();
  bytes.offset = footerStart; // places in the footer count from the start of the file
  const writer = new ParquetWriter({
    writer: bytes,
    schema: metadata.schema,
    compressors: {},
    statisticsTruncateLength: Number.POSITIVE_INFINITY,
    ...(metadata.created_by === undefined ? {} : { createdBy: metadata.created_by }),
    ...(metadata.key_value_metadata === undefined ? {} : { kvMetadata: metadata.key_value_metadata }),
  });
  const groups: FileMetaData['row_groups'] = [];
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = Array.from({ length: rowEnd - rowStart }, (_, at) => rowStart + at);
    const at = group.columns.findIndex(({ meta_data }) => meta_data?.path_in_schema.join('.') === column);
    const chunk = group.columns[at];
    if (chunk === undefined || !rows.some((row) => labels.has(row))) groups.push(group);
    else {
      await checkParquetSize(source, metadata, rowStart, [column]);
      const before = await parquetReadObjects({
        file: source,
        metadata,
        columns: [column],
        rowStart,
        rowEnd,
        compressors,
      });
      const data = rows.map((row, place) => {
        const changed = labels.get(row);
        return changed === undefined ? before[place]?.[column] : changed;
      });
      const codec = chunk.meta_data?.codec === 'SNAPPY' ? 'SNAPPY' : 'UNCOMPRESSED';
      await writer.write({ columnData: [{ name: column, data, codec }], rowGroupSize: rows.length });
      const written = writer.row_groups.at(-1)?.columns[0];
      if (written === undefined) throw new Error('no column of labels was written');
      const sizes = [chunk, written].map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
      groups.push({
        ...group,
        columns: group.columns.with(at, written),
        total_byte_size: group.total_byte_size - (sizes[0] as bigint) + (sizes[1] as bigint),
      });
    }
    rowStart = rowEnd;
  }
  writer.row_groups = groups.map((group) => ({ ...group, columns: group.columns.map(withoutByteBounds) }));
  writer.num_rows = metadata.num_rows;
  await writer.finish();
  yield bytes.getBytes();
}

/**
 * Bounds of bytes would be decoded as text and come back as other bytes. Without them a reader looks at the
 * values.
 */
function withoutByteBounds(chunk: ColumnChunk): ColumnChunk {
  const { meta_data } = chunk;
  if (meta_data?.statistics === undefined || !meta_data.type.endsWith('BYTE_ARRAY')) return chunk;
  const { null_count, distinct_count } = meta_data.statistics;
  const statistics = {
    ...(null_count === undefined ? {} : { null_count }),
    ...(distinct_count === undefined ? {} : { distinct_count }),
  };
  return { ...chunk, meta_data: { ...meta_data, statistics } };
}
