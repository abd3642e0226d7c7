import { readTableRows, sniffTable } from '../readers/tableFile.ts';
import { Distributions } from './distributions.ts';
import { findPredictionColumns } from './predictionColumns.ts';
import {
  type Adjustments,
  faultyPredictions,
  NOTHING_TAKEN,
  type PredictedRow,
  type PredictionOptions,
  type Predictions,
  ROWS_AT_ONCE,
} from './predictions.ts';

/** Predictions in a CSV or TSV file with a header. @throws AppError `table-invalid` */
export async function openTablePredictions(
  file: string,
  options: PredictionOptions,
  datasetClasses: readonly string[],
): Promise<Predictions> {
  const table = await sniffTable(file);
  if (table === null) throw faultyPredictions(file, null, 'it is not a table with columns', NOTHING_TAKEN);
  const names = (table.rows[0] ?? []).map((name) => name.trim());
  const columns = findPredictionColumns(
    file,
    names.map((name) => ({ name, isList: false })),
    options,
    datasetClasses,
  );
  const adjusted: Adjustments = { renormalised: 0, percentages: false };
  return {
    classes: columns.classNames,
    embeddingSize: columns.embedding.length,
    namesImages: true,
    rows: null,
    unusedColumns: columns.unused,
    adjusted,
    async *read() {
      const distributions = new Distributions(file, columns.areLogits, adjusted);
      let batch: PredictedRow[] = [];
      let isHeader = true;
      for await (const { cells, line } of readTableRows(file, table.dialect, true)) {
        if (isHeader) {
          isHeader = false;
          continue;
        }
        const place = `line ${line}`;
        const numbers = (places: readonly number[]) =>
          Float64Array.from(places, (at) =>
            numberOf(cells[at] ?? '', table.dialect.delimiter, () => `${place}: "${names[at]}"`, file),
          );
        batch.push({
          image: cells[columns.image] ?? '',
          place,
          distribution: distributions.of(
            numbers(columns.classes),
            place,
            (at) => columns.classNames[at] ?? '',
          ),
          embedding: Float32Array.from(numbers(columns.embedding)),
        });
        if (batch.length === ROWS_AT_ONCE) {
          yield batch;
          batch = [];
        }
      }
      yield batch;
      distributions.finish();
    },
  };
}

function numberOf(cell: string, delimiter: string, where: () => string, file: string): number {
  // As spreadsheets write them: a percent sign, and in many countries a comma.
  const plain = cell.trim().replace(/\s*%$/, '');
  const text = delimiter === ',' ? plain : plain.replace(/^([+-]?\d*),(\d+)$/, '$1.$2');
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  const what =
    cell.trim() === '' ? 'is empty' : `is "${cell.trim().slice(0, 40)}", which is not a finite number`;
  throw faultyPredictions(file, `${where()} ${what}`, 'a number is needed there', NOTHING_TAKEN);
}
