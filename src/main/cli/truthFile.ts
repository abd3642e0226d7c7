import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { regularFileStream } from '../files/index.ts';

/**
 * Known true labels by image.
 * @param file CSV with a header that has the columns `image` and `label`
 * @throws AppError `table-invalid`
 */
export async function readTruth(file: string): Promise<Map<string, string>> {
  const truth = new Map<string, string>();
  const rows = parse({ columns: true, bom: true, skip_empty_lines: true });
  rows.on('data', ({ image, label }: Record<string, string>) => {
    if (image !== undefined && label !== undefined && label !== '') truth.set(image, label);
  });
  const hint = 'It needs a header with the columns image and label.';
  try {
    await pipeline(await regularFileStream(file), rows);
  } catch (error) {
    const what =
      error instanceof CsvError
        ? `is not a CSV file (${error.message})`
        : `cannot be read (${errorMessage(error)})`;
    throw new AppError('table-invalid', `${file} ${what}`, hint, { cause: error });
  }
  if (truth.size === 0) throw new AppError('table-invalid', `${file} holds no labels`, hint);
  return truth;
}
