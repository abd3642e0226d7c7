import { CsvWriter } from '../csvWriter.ts';
import { CSV, textFile } from '../exported.ts';
import type { ExportFormat } from '../exportFormat.ts';
import { countEntries } from '../exportTally.ts';
import { sourceFiles } from '../sourceFiles.ts';
import type { OutputFile } from '../writeOutput.ts';

const writer = new CsvWriter([
  { name: 'from', isFileName: true },
  { name: 'to', isFileName: true },
]);

/** A list of moves as a CSV file: where each image is now, and where its label belongs. */
export const moveList: ExportFormat = {
  holdsExcluded: true,
  needsFile: false,
  entries: 'other',

  describe: (layout) => ({
    title: 'List of moves',
    description: 'A CSV of the images to move because their label changed: from and to.',
    output: 'file',
    extension: '.csv',
    refusal: layout.writes === 'tree' ? null : `${layout.title} keeps its labels in files, not in folders.`,
  }),

  write(job) {
    const entries = countEntries(moves(sourceFiles(job), job.folder), job.tally);
    const text = { head: writer.header(), entries, separator: '', tail: '' };
    return textFile(`${job.stem}-moves.csv`, CSV, { ...text, shape: 'table', unit: 'move' });
  },
};

async function* moves(files: AsyncIterable<OutputFile>, folder: string): AsyncGenerator<string> {
  for await (const { path, content } of files) {
    const from = 'copyOf' in content ? content.copyOf.slice(folder.length + 1).replaceAll('\\', '/') : path;
    if (from !== path) yield writer.line([from, path]);
  }
}
