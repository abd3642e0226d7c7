import { errorMessage } from '../../../domain/errors.ts';
import { readRegularFile } from '../../files/index.ts';
import { isImageColumn } from '../readers/tableColumns.ts';
import { readTableRows, sniffTable } from '../readers/tableFile.ts';
import { guessEncoding } from '../readers/textEncoding.ts';
import { Distributions } from './distributions.ts';
import { NpyMatrix } from './npyMatrix.ts';
import {
  type Adjustments,
  faultyPredictions,
  NOTHING_TAKEN,
  type PredictedRow,
  type PredictionOptions,
  type Predictions,
  ROWS_AT_ONCE,
} from './predictions.ts';

/** Predictions [N, C] in a NumPy file. @throws AppError `table-invalid` */
export async function openNpyPredictions(file: string, options: PredictionOptions): Promise<Predictions> {
  const { rows, columns } = await sidesOf(file);
  const { classes } = options;
  if (classes === undefined) {
    throw faultyPredictions(
      file,
      null,
      `it does not name the classes of its ${columns} columns`,
      'Name them in column order, as in --classes angry,happy,sad. Nothing was imported.',
    );
  }
  if (classes.length !== columns) {
    throw faultyPredictions(
      file,
      null,
      `it has ${columns} columns, but ${classes.length} classes were named (${classes.join(', ')})`,
      'Name the class of each column with --classes. Nothing was imported.',
    );
  }
  const names = options.names === undefined ? null : await readNames(options.names, rows, options);
  const adjusted: Adjustments = { renormalised: 0, percentages: false };
  return {
    classes,
    embeddingSize: 0,
    namesImages: names !== null,
    rows,
    unusedColumns: [],
    adjusted,
    async *read() {
      const distributions = new Distributions(file, options.logits ?? false, adjusted);
      for await (const { first, values } of matrixRows(file, rows)) {
        yield Array.from({ length: values.length / columns }, (_, at): PredictedRow => {
          const place = `row ${first + at + 1}`;
          const row = values.subarray(at * columns, (at + 1) * columns);
          return {
            image: names === null ? null : (names[first + at] ?? ''),
            place,
            distribution: distributions.of(row, place, (column) => classes[column] ?? ''),
            embedding: new Float32Array(0),
          };
        });
      }
      distributions.finish();
    },
  };
}

/** The same predictions with embeddings [N, D] from a NumPy file, row by row. @throws AppError `table-invalid` */
export async function withEmbeddings(predictions: Predictions, file: string): Promise<Predictions> {
  const { rows, columns } = await sidesOf(file);
  const refuseCount = (count: string) =>
    faultyPredictions(file, null, `it has ${rows} rows, but there are ${count} predictions`, NOTHING_TAKEN);
  if (predictions.rows !== null && predictions.rows !== rows) throw refuseCount(String(predictions.rows));
  return {
    ...predictions,
    embeddingSize: columns,
    async *read() {
      let first = 0;
      const matrix = await openMatrix(file);
      try {
        for await (const batch of predictions.read()) {
          if (first + batch.length > rows) throw refuseCount('more');
          const values = await readRows(matrix, file, first, batch.length);
          yield batch.map((row, at) => ({
            ...row,
            embedding: values.subarray(at * columns, (at + 1) * columns),
          }));
          first += batch.length;
        }
        if (first < rows) throw refuseCount(`only ${first}`);
      } finally {
        await matrix.close();
      }
    },
  };
}

async function* matrixRows(file: string, rows: number) {
  const matrix = await openMatrix(file);
  try {
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      yield { first, values: await readRows(matrix, file, first, Math.min(ROWS_AT_ONCE, rows - first)) };
    }
  } finally {
    await matrix.close();
  }
}

async function sidesOf(file: string): Promise<{ rows: number; columns: number }> {
  const matrix = await openMatrix(file);
  await matrix.close();
  return matrix;
}

async function openMatrix(file: string): Promise<NpyMatrix> {
  return NpyMatrix.open(file).catch((error: unknown) => {
    throw faultyPredictions(file, null, errorMessage(error), NOTHING_TAKEN);
  });
}

async function readRows(
  matrix: NpyMatrix,
  file: string,
  first: number,
  count: number,
): Promise<Float32Array> {
  return matrix.read(first, count).catch((error: unknown) => {
    throw faultyPredictions(file, null, errorMessage(error), NOTHING_TAKEN);
  });
}

/** [N] one a row: a text file of lines, or a column of a table. */
async function readNames(
  file: string,
  expected: number,
  { imageColumn }: PredictionOptions,
): Promise<string[]> {
  const table = await sniffTable(file);
  const names: string[] = [];
  if (table === null) {
    const bytes = await readRegularFile(file).catch((error: unknown) => {
      throw faultyPredictions(file, null, `it cannot be read (${errorMessage(error)})`, 'Check the path.');
    });
    const text = new TextDecoder(guessEncoding(bytes)).decode(bytes);
    names.push(...text.split(/\r\n|\n|\r/).map((line) => line.trim()));
    while (names.at(-1) === '') names.pop();
  } else {
    const header = table.rows[0]?.map((name) => name.trim()) ?? [];
    const column = header.findIndex((name) =>
      imageColumn === undefined ? isImageColumn(name) : name === imageColumn,
    );
    if (column < 0) {
      throw faultyPredictions(
        file,
        null,
        'no column has a usual name for image names',
        'Name it with --name-column.',
      );
    }
    for await (const { cells } of readTableRows(file, table.dialect, true))
      names.push(cells[column]?.trim() ?? '');
  }
  if (names.length === expected + 1 && isImageColumn(names[0] ?? '')) names.shift();
  if (names.length === expected) return names;
  throw faultyPredictions(
    file,
    null,
    `it has ${names.length} names, but there are ${expected} rows of predictions`,
    'It needs one name per row. Nothing was imported.',
  );
}
