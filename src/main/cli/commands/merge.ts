import type { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { writeWhole } from '../../export/index.ts';
import { mergeDecisions, readDecisions } from '../../workflow/index.ts';
import { createOutput } from '../output.ts';
import { jsonOption, quietOption } from './options.ts';

interface MergeOptions {
  out: string;
  force?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function mergeCommand(program: Command): void {
  program
    .command('merge')
    .description("join annotators' decision files: the majority's label, and every vote beside it")
    .argument('<files...>', 'CSV files with image,label_clean,status,annotator,decided_at')
    .requiredOption('--out <file>', 'the file to write; - for standard output')
    .option('--force', 'replace an existing file')
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (files: string[], options: MergeOptions) => {
      const output = createOutput(options.quiet === true);
      const decisions = [];
      for (const file of files) decisions.push(...(await readDecisions(file)));
      const { rows, ...facts } = mergeDecisions(decisions);
      const columns = [
        'image',
        'label_clean',
        'status',
        'annotator',
        'decided_at',
        'votes',
        'label_soft',
      ] as const;
      const csv = stringify(rows, { header: true, columns: [...columns], record_delimiter: 'windows' });
      if (options.out === '-') {
        process.stdout.write(csv);
        return;
      }
      const replace = options.force === true;
      await writeWhole(options.out, oneChunk(csv), { datasetFolder: null, replace });
      if (options.json) output.print(JSON.stringify({ out: options.out, images: rows.length, ...facts }));
      else {
        const { annotators, shared, disagreements } = facts;
        output.say(
          `${rows.length} images of ${annotators.length} annotators written to ${options.out}; ` +
            `${shared} judged by several, who differ on ${disagreements}`,
        );
      }
    });
}

async function* oneChunk(text: string): AsyncGenerator<string> {
  yield text;
}
