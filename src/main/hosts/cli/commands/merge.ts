import type { Command } from 'commander';
import { AppError } from '../../../../domain/errors.ts';
import { unclearSentences } from '../../../../protocol/team.ts';
import { CsvWriter, writeWhole } from '../../../export/index.ts';
import { datasetsAround, isWithin } from '../../../opened/index.ts';
import { DecisionMerge, MERGED_COLUMNS } from '../../../team/index.ts';
import { createOutput } from '../output.ts';
import { encodingOption, jsonOption, quietOption } from './options.ts';

interface MergeOptions {
  out: string;
  encoding?: string;
  force?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function mergeCommand(program: Command): void {
  program
    .command('merge')
    .description("merge annotators' decision files: the majority label and every vote")
    .argument('<files...>', 'CSV files with image,label_clean,status,annotator,decided_at')
    .requiredOption('--out <file>', 'the file to write; - for standard output')
    .addOption(encodingOption())
    .option('--force', 'replace an existing file')
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (files: string[], options: MergeOptions) => {
      const output = createOutput(options.quiet === true);
      if (options.out !== '-' && files.some((file) => isWithin(options.out, file)))
        throw new AppError(
          'output-refused',
          `${options.out} is one of the files to merge`,
          'Choose a new file name.',
        );
      const merge = new DecisionMerge();
      for (const file of files) await merge.read({ file }, options.encoding);
      const chunks = new CsvWriter(MERGED_COLUMNS).chunks(merge.rows());
      if (options.out === '-') {
        for await (const chunk of chunks) output.write(chunk);
        return;
      }
      const otherDatasets = datasetsAround(options.out);
      await writeWhole(options.out, chunks, {
        datasetFolder: null,
        otherDatasets,
        replace: options.force === true,
      });
      for (const sentence of unclearSentences(merge.unclear)) output.note(`Note: ${sentence}`);
      const { images, annotators, shared, disagreements } = merge;
      if (options.json) {
        output.print(JSON.stringify({ out: options.out, images, annotators, shared, disagreements }));
      } else {
        output.note(
          `${images} images of ${annotators.length} annotators written to ${options.out}; ` +
            `${shared} reviewed by several, who disagree on ${disagreements}`,
        );
      }
    });
}
