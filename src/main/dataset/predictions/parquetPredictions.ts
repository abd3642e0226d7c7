import { type AsyncBuffer, type ParquetScan, parquetScan, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { errorMessage } from '../../../domain/errors.ts';
import { checkParquetSize, openParquetFile } from '../../files/index.ts';
import { Distributions } from './distributions.ts';
import { findPredictionColumns, type NamedColumn, type PredictionColumns } from './predictionColumns.ts';
import {
  type Adjustments,
  faultyPredictions,
  NOTHING_TAKEN,
  type PredictedRow,
  type PredictionOptions,
  type Predictions,
} from './predictions.ts';

/** Lists become arrays of arrays: of a large row group only this many rows are decoded at once. */
const ROWS_DECODED_AT_ONCE = 20_000;

/** Predictions in a Parquet file: a column for each class, or one of lists. @throws AppError `table-invalid` */
export async function openParquetPredictions(
  file: string,
  options: PredictionOptions,
  datasetClasses: readonly string[],
): Promise<Predictions> {
  const unreadable = (what: string) => (error: unknown) => {
    throw faultyPredictions(file, null, `${what} (${errorMessage(error)})`, NOTHING_TAKEN);
  };
  const source = await openParquetFile(file).catch(unreadable('it cannot be read'));
  const scan = await parquetScan({ file: source, compressors }).catch(
    unreadable('it is not a Parquet file, or is truncated'),
  );
  const named = parquetSchema(scan.metadata).children.map(({ element, children }) => ({
    name: element.name,
    isList: children.length > 0,
  }));
  const columns = findPredictionColumns(file, named, options, datasetClasses);
  const adjusted: Adjustments = { renormalised: 0, percentages: false };
  return {
    classes: columns.classNames,
    embeddingSize: await sizeOfEmbedding(source, scan, named, columns).catch(
      unreadable('its embeddings cannot be read'),
    ),
    namesImages: true,
    rows: Number(scan.metadata.num_rows),
    unusedColumns: columns.unused,
    adjusted,
    async *read() {
      const distributions = new Distributions(file, columns.areLogits, adjusted);
      const used = [columns.image, ...columns.classes, ...columns.embedding].map(
        (at) => named[at]?.name ?? '',
      );
      for (const { start, end } of parts(scan)) {
        await checkParquetSize(source, scan.metadata, start, used).catch(
          unreadable(`the rows from ${start + 1} on cannot be read`),
        );
        const read = (at: number) => readColumn(scan, named[at] as NamedColumn, start, end);
        const [images, classes, vectors] = await Promise.all([
          read(columns.image),
          Promise.all(columns.classes.map(read)),
          Promise.all(columns.embedding.map(read)),
        ]).catch(unreadable(`the rows from ${start + 1} on cannot be read`));
        yield Array.from({ length: end - start }, (_, at): PredictedRow => {
          const place = `row ${start + at + 1}`;
          const values = numbersOf(classes, at);
          if (values.length !== columns.classNames.length) {
            const count = `${values.length} values where ${columns.classNames.length} classes were named`;
            throw faultyPredictions(file, place, count, NOTHING_TAKEN);
          }
          const image = images[at];
          return {
            image: typeof image === 'string' ? image : '',
            place,
            distribution: distributions.of(values, place, (column) => columns.classNames[column] ?? ''),
            embedding: Float32Array.from(numbersOf(vectors, at)),
          };
        });
      }
      distributions.finish();
    },
  };
}

/** Row groups, and parts of large ones. */
function* parts({ ranges }: ParquetScan): Generator<{ start: number; end: number }> {
  for (const { rowStart, rowEnd } of ranges) {
    for (let start = rowStart; start < rowEnd; start += ROWS_DECODED_AT_ONCE) {
      yield { start, end: Math.min(start + ROWS_DECODED_AT_ONCE, rowEnd) };
    }
  }
}

async function readColumn(
  scan: ParquetScan,
  { name, isList }: NamedColumn,
  start: number,
  end: number,
): Promise<ArrayLike<unknown>> {
  // Plain columns are decoded once for each row group, and kept while parts of it are requested.
  const group = scan.ranges.find(({ rowStart, rowEnd }) => rowStart <= start && end <= rowEnd);
  if (!isList && group !== undefined) await scan.readColumn({ column: name, ...group });
  return scan.readColumn({ column: name, rowStart: start, rowEnd: end });
}

/** The numbers of a row: one from each column, or those of the only column's list; NaN for anything else. */
function numbersOf(columns: readonly ArrayLike<unknown>[], at: number): number[] {
  const [first] = columns;
  const values = columns.length === 1 && Array.isArray(first?.[at]) ? (first[at] as unknown[]) : null;
  return (values ?? columns.map((column) => column[at])).map((value) =>
    typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN,
  );
}

/** Length of an embedding: the number of columns, or the length of the first row's list. */
async function sizeOfEmbedding(
  source: AsyncBuffer,
  scan: ParquetScan,
  named: readonly NamedColumn[],
  { embedding }: PredictionColumns,
): Promise<number> {
  const [only] = embedding;
  const column = only === undefined ? undefined : named[only];
  if (column?.isList !== true || scan.metadata.num_rows === 0n) return embedding.length;
  await checkParquetSize(source, scan.metadata, 0, [column.name]);
  return numbersOf([await scan.readColumn({ column: column.name, rowStart: 0, rowEnd: 1 })], 0).length;
}
