import { type Command, Option } from 'commander';
import { type ExportRequest, exportRequestSchema } from '../../../shared/api.ts';
import { type CleanedRow, changeReport, cleanedCsv, cleanedRows, writeWhole } from '../../export/index.ts';
import type { Installation } from '../../installation.ts';
import { openForReading, readerOf } from '../../workflow/index.ts';
import { createOutput } from '../output.ts';
import { jsonOption, projectOption, quietOption, shareOfOne } from './options.ts';

interface ExportOptions extends ExportRequest {
  out: string;
  project?: string;
  report?: string;
  force?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function exportCommand(program: Command, { version }: Installation): void {
  program
    .command('export')
    .description('write the cleaned labels as CSV')
    .argument('<folder>', 'a dataset folder that was scanned')
    .requiredOption('--out <file>', 'the file to write; - for standard output')
    .addOption(
      new Option('--what <what>', 'which rows').choices(['all', 'changed', 'reviewed']).default('all'),
    )
    .addOption(
      new Option('--unreviewed <rule>', 'what becomes of flagged labels that nobody reviewed')
        .choices(['keep', 'drop', 'suggestion'])
        .default('keep'),
    )
    .addOption(
      new Option('--above <score>', 'take a suggestion from this flag score on, 0 to 1')
        .argParser(shareOfOne)
        .default(0.5),
    )
    .option('--report <file>', 'also write what changed and why, as one HTML file')
    .option('--force', 'replace an existing file (never one of the dataset)')
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: ExportOptions) => exportLabels(folder, options, version));
}

async function exportLabels(folder: string, options: ExportOptions, version: string): Promise<void> {
  const output = createOutput(options.quiet === true);
  const { project, folder: datasetFolder } = openForReading(folder, options.project);
  try {
    const classNames = project.dataset.classes();
    const run = project.modelRuns.latest();
    const reader = run === null ? null : readerOf(project, run);
    const source = { project, classNames, run, reader };
    const request = exportRequestSchema.parse(options);
    const replace = options.force === true;
    const counted = countRows(cleanedRows(source, request));
    const csv = cleanedCsv(counted.rows());
    if (options.out === '-') {
      for await (const chunk of csv) process.stdout.write(chunk);
    } else await writeWhole(options.out, csv, { datasetFolder, replace });
    if (options.report !== undefined) {
      const report = changeReport(source, request, { version, madeAt: new Date().toISOString() });
      await writeWhole(options.report, report, { datasetFolder, replace });
    }
    if (options.out === '-') return;
    if (options.json)
      output.print(JSON.stringify({ out: options.out, rows: counted.count, statuses: counted.statuses }));
    else output.say(`${counted.count} rows written to ${options.out}`);
  } finally {
    project.close();
  }
}

/** Passes rows on and counts them, by status. */
function countRows(source: Iterable<CleanedRow>) {
  const counted = {
    count: 0,
    statuses: {} as Record<string, number>,
    *rows() {
      for (const row of source) {
        counted.count++;
        counted.statuses[row.status] = (counted.statuses[row.status] ?? 0) + 1;
        yield row;
      }
    },
  };
  return counted;
}
