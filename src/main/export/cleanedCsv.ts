import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stringify } from 'csv-stringify/sync';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { CLEANED_COLUMNS, type CleanedRow } from './cleanedRows.ts';

const ROWS_PER_CHUNK = 500;

/** A cleaned label file as text, RFC 4180 with CRLF, in chunks between which the process can do other work. */
export async function* cleanedCsv(rows: Iterable<CleanedRow>): AsyncGenerator<string> {
  yield stringify([CLEANED_COLUMNS as unknown as string[]], { record_delimiter: 'windows' });
  let chunk: CleanedRow[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < ROWS_PER_CHUNK) continue;
    yield csvLines(chunk);
    chunk = [];
    await nextTurn();
  }
  if (chunk.length > 0) yield csvLines(chunk);
}

function csvLines(rows: CleanedRow[]): string {
  return stringify(rows, { columns: [...CLEANED_COLUMNS], record_delimiter: 'windows' });
}

/**
 * Writes a file whole or not at all: beside its name first, then renamed.
 * @throws AppError `output-refused` for a file that exists (unless `replace`) or that belongs to the dataset
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<string>,
  options: { datasetFolder: string; replace: boolean },
): Promise<void> {
  const target = resolve(file);
  if (existsSync(target)) {
    const inDataset = target.startsWith(options.datasetFolder + sep);
    if (inDataset) {
      throw new AppError(
        'output-refused',
        `${target} is a file of the dataset, which is never written to`,
        'Choose a new file name.',
      );
    }
    if (!options.replace) {
      throw new AppError(
        'output-refused',
        `${target} exists`,
        'Choose a new file name, or add --force to replace it.',
      );
    }
  }
  if (!existsSync(dirname(target))) {
    throw new AppError(
      'output-refused',
      `the folder ${dirname(target)} does not exist`,
      'Make it first, or choose another.',
    );
  }
  const partial = `${target}.${process.pid}.partial`;
  try {
    await pipeline(Readable.from(chunks), createWriteStream(partial));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof AppError) throw error;
    const full = (error as { code?: string }).code === 'ENOSPC';
    throw new AppError(
      full ? 'disk-full' : 'output-refused',
      `${target} could not be written (${errorMessage(error)})`,
      'Choose another place. Verdicts are safe in the project file.',
      { cause: error },
    );
  }
}
