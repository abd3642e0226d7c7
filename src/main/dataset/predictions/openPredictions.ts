import { errorMessage } from '../../../domain/errors.ts';
import { openRegularFile } from '../../files/index.ts';
import { openNpyPredictions, withEmbeddings } from './npyPredictions.ts';
import { openParquetPredictions } from './parquetPredictions.ts';
import { faultyPredictions, NOTHING_TAKEN, type PredictionOptions, type Predictions } from './predictions.ts';
import { openTablePredictions } from './tablePredictions.ts';

const KINDS = [
  { start: '\x93NUMPY', open: openNpyPredictions },
  { start: 'PAR1', open: openParquetPredictions },
];

/**
 * Opens a file with predictions of the user's own model for a dataset's images: CSV or TSV, Parquet, or
 * NumPy, recognised by its first bytes. Only its head is read yet.
 *
 * @param datasetClasses names that its columns are compared with
 * @throws AppError `table-invalid`
 */
export async function openPredictions(
  file: string,
  options: PredictionOptions,
  datasetClasses: readonly string[],
): Promise<Predictions> {
  const start = await readStart(file).catch((error: unknown) => {
    throw faultyPredictions(file, null, `it cannot be read (${errorMessage(error)})`, 'Check the path.');
  });
  if (start === '') throw faultyPredictions(file, null, 'it is empty', NOTHING_TAKEN);
  const kind = KINDS.find((candidate) => start.startsWith(candidate.start));
  const predictions = await (kind?.open ?? openTablePredictions)(file, options, datasetClasses);
  if (options.names !== undefined && kind?.open !== openNpyPredictions) {
    throw faultyPredictions(
      file,
      null,
      'it names its images itself, so --names does not apply',
      'Leave out --names.',
    );
  }
  if (options.embeddings === undefined) return predictions;
  if (predictions.embeddingSize > 0) {
    throw faultyPredictions(file, null, 'it has embeddings of its own', 'Leave out --embeddings.');
  }
  return withEmbeddings(predictions, options.embeddings);
}

async function readStart(file: string): Promise<string> {
  await using handle = await openRegularFile(file);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(6), position: 0 });
  return buffer.toString('latin1', 0, bytesRead);
}
