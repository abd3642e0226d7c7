import { extname } from 'node:path';
import type { Exported } from '../exported.ts';
import type { ExportFormat } from '../exportFormat.ts';
import { countEntries } from '../exportTally.ts';
import { sourceFiles } from '../sourceFiles.ts';
import type { OutputFile } from '../writeOutput.ts';

/** The dataset as it is, with the labels that count. */
export const sameStructure: ExportFormat = {
  holdsExcluded: true,
  needsFile: false,
  entries: 'other',

  describe: (layout) => ({
    title: `${layout.title} (same structure)`,
    description:
      layout.writes === 'tree'
        ? 'The same folders, with each image in the folder of its label.'
        : 'The dataset’s own label files; only changed rows differ.',
    output: 'folder',
    extension: '',
    refusal: layout.writes === 'nothing' ? `${layout.title} cannot be written; export a CSV.` : null,
  }),

  write: (job) => oneOrMany(countEntries(sourceFiles(job), job.tally), job.stem),
};

/** A dataset of one label file is written as that file; several files need a folder. */
async function oneOrMany(files: AsyncGenerator<OutputFile>, stem: string): Promise<Exported> {
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
