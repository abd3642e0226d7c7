import { extname, join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import { type LabelChange, type LabelChanges, writeDataset } from '../dataset/index.ts';
import type { ExportRows } from './cleanedRows.ts';
import type { Exported } from './exported.ts';
import type { ExportSource } from './exportSource.ts';
import type { OutputFile } from './writeOutput.ts';

/** The dataset's own files with the labels that count; only the changes are in memory. */
export function sourceFiles(
  source: ExportSource,
  rows: Pick<ExportRows, 'labels' | 'images'>,
  request: ExportRequest,
): AsyncGenerator<OutputFile> {
  const dataset = source.project.dataset.read();
  if (dataset === null) throw new AppError('nothing-scanned', 'the project has no dataset', 'Scan it first.');
  const changes = labelChanges(rows, request);
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

/** Where each image that is to move is now, and where it belongs. */
export async function* movesOf(
  files: AsyncIterable<OutputFile>,
  folder: string,
): AsyncGenerator<{ from: string; to: string }> {
  for await (const { path, content } of files) {
    const from = 'copyOf' in content ? content.copyOf.slice(folder.length + 1).replaceAll('\\', '/') : path;
    if (from !== path) yield { from, to: path };
  }
}

/** A dataset of one label file is written as that file; several files need a folder. */
export async function oneOrMany(files: AsyncGenerator<OutputFile>, stem: string): Promise<Exported> {
  const first = await files.next();
  const second = first.done ? first : await files.next();
  if (!first.done && second.done && !('copyOf' in first.value.content)) {
    const extension = extname(first.value.path);
    return {
      kind: 'file',
      fileName: stem + extension,
      mediaType: 'application/octet-stream',
      chunks: first.value.content,
      text: null,
    };
  }
  async function* all() {
    if (!first.done) yield first.value;
    if (!second.done) yield second.value;
    yield* files;
  }
  return { kind: 'folder', files: all() };
}
