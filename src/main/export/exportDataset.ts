import { AppError } from '../../domain/errors.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Pictures } from '../decoding/index.ts';
import { datasetName } from '../installation.ts';
import { type ExportRows, storedRows } from './cleanedRows.ts';
import { layoutOf } from './exportChoices.ts';
import type { Exported } from './exported.ts';
import type { ExportSource } from './exportSource.ts';
import { type ExportTally, newTally } from './exportTally.ts';
import { exportFormats } from './formats/index.ts';

/**
 * The output of a request.
 * @param tally filled while the result is iterated
 * @param pictures decodes images for formats that write pixels
 * @param rows what it is made from: all that the project stores, or for a preview the first of it
 * @throws AppError `bad-request` for a format that this dataset does not support
 */
export async function exportDataset(
  source: ExportSource,
  request: ExportRequest,
  tally: ExportTally = newTally(),
  pictures?: Pictures,
  rows: ExportRows = storedRows(source, request),
): Promise<Exported> {
  const format = exportFormats[request.format];
  const { refusal } = format.describe(layoutOf(source));
  if (refusal !== null) throw new AppError('bad-request', refusal, 'Choose another format.');
  const folder = source.project.dataset.read()?.folder ?? '';
  const stem = `${datasetName(folder)}-cleaned`;
  return format.write({ source, request, rows, tally, folder, stem, pictures });
}
