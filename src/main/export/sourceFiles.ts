import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import { type LabelChange, type LabelChanges, writeDataset } from '../dataset/index.ts';
import type { ExportRows } from './cleanedRows.ts';
import type { ExportJob } from './exportFormat.ts';
import { countStatuses } from './exportTally.ts';
import type { OutputFile } from './writeOutput.ts';

/**
 * The dataset's own files with the labels that count; only the changes are in memory.
 * @throws AppError `bad-request` where only some of the rows are asked for
 */
export function sourceFiles({ source, request, rows, tally }: ExportJob): AsyncGenerator<OutputFile> {
  if (request.what !== 'all') {
    throw new AppError('bad-request', 'this format needs all rows', 'Choose every image.');
  }
  const dataset = source.project.dataset.read();
  if (dataset === null) throw new AppError('nothing-scanned', 'the project has no dataset', 'Scan it first.');
  const labels = countStatuses(rows.labels, ({ status }) => status, tally);
  const changes = labelChanges({ labels, images: rows.images }, request);
  return absolute(dataset.folder, writeDataset(dataset.folder, dataset.recognition, changes));
}

async function* absolute(folder: string, files: ReturnType<typeof writeDataset>): AsyncGenerator<OutputFile> {
  for await (const { path, content } of files) {
    yield { path, content: 'copyOf' in content ? { copyOf: join(folder, content.copyOf) } : content };
  }
}

function labelChanges(
  { labels, images }: Pick<ExportRows, 'labels' | 'images'>,
  request: ExportRequest,
): LabelChanges {
  const changes = new Map<string, LabelChange>();
  if (request.unreviewed === 'drop') {
    // The rule also drops rows; this counts the remaining ones.
    for (const image of images) changes.set(image, { kind: 'leave-out' });
  }
  for (const row of labels) {
    const isExcluded = row.status === 'excluded';
    if (isExcluded && request.excluded === 'leave-out') changes.set(row.image, { kind: 'leave-out' });
    else if (isExcluded || row.label_clean === row.label_given) changes.delete(row.image);
    else changes.set(row.image, { kind: 'label', name: row.label_clean });
  }
  return changes;
}
