import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { AppError } from '../../../../domain/errors.ts';
import { escapeControls } from '../../../../domain/escapeControls.ts';
import { EXPORT_FORMATS } from '../../../../domain/exportFormats.ts';
import { type ExportRequest, exportRequestSchema } from '../../../../protocol/api.ts';
import {
  changeReport,
  type Exported,
  exportDataset,
  newTally,
  voteTable,
  writeFolder,
  writeWhole,
} from '../../../export/index.ts';
import type { Installation } from '../../../installation.ts';
import { openProjectForReading } from '../../../open/index.ts';
import { datasetsAround, translatorOf } from '../../../opened/index.ts';
import type { ProjectFile } from '../../../project/index.ts';
import { measureAgreement } from '../../../team/index.ts';
import { PairDoubts } from '../../../tune/index.ts';
import { createOutput, type Output } from '../output.ts';
import { jsonOption, projectOption, quietOption, shareOfOne, UsageError } from './options.ts';

interface ExportOptions extends ExportRequest {
  out: string;
  project?: string;
  report?: string;
  votes?: string;
  annotator?: string;
  force?: boolean;
  hardLinks?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function exportCommand(program: Command, { version }: Installation): void {
  program
    .command('export')
    .description("write the cleaned labels: as CSV, in the dataset's own format, or in another one")
    .argument('<folder>', 'a dataset folder that was scanned')
    .requiredOption(
      '--out <file>',
      'the file to write (- for standard output), or the folder for a format of several files',
    )
    .addOption(
      new Option('--what <what>', 'which rows').choices(['all', 'changed', 'reviewed']).default('all'),
    )
    .addOption(
      new Option('--unreviewed <rule>', 'what to do with flagged labels that nobody reviewed')
        .choices(['keep', 'drop', 'suggestion'])
        .default('keep'),
    )
    .addOption(
      new Option('--above <score>', 'accept a suggestion if the wrong-label probability is this or more')
        .argParser(shareOfOne)
        .default(0.5),
    )
    .addOption(new Option('--format <format>', 'the format').choices([...EXPORT_FORMATS]).default('csv'))
    .addOption(
      new Option('--excluded <rule>', 'excluded images, in formats without a status column')
        .choices(['leave-out', 'keep'])
        .default('leave-out'),
    )
    .option('--hard-links', "hard-link images to the dataset's instead of copying them")
    .option('--report <file>', 'also write what changed and why, as one HTML file')
    .option('--votes <file>', "also write how many annotators chose each class, in FER+'s format")
    .option('--annotator <name>', 'only the decisions of this annotator')
    .option('--force', 'replace an existing file (never one of the dataset)')
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: ExportOptions) => exportLabels(folder, options, version));
}

async function exportLabels(folder: string, options: ExportOptions, version: string): Promise<void> {
  refuseSameOutputs(options);
  const output = createOutput(options.quiet === true);
  const { project, folder: datasetFolder } = openProjectForReading(folder, options.project);
  try {
    const classNames = project.dataset.classes();
    const run = project.modelRuns.latest();
    const translator = run === null ? null : translatorOf(project, run);
    const { annotator } = options;
    if (annotator !== undefined) refuseUnknownAnnotator(project, annotator);
    const seenBy =
      annotator === undefined
        ? null
        : { annotator, ownOnly: true, withoutPredictions: false, openRound: new Set<number>() };
    const source = { project, classNames, run, translator, held: PairDoubts.read(project), seenBy };
    const request = exportRequestSchema.parse(options);
    const replace = options.force === true;
    const tally = newTally();
    const exported = await exportDataset(source, request, tally);
    await writeExported(exported, options, datasetFolder, output);
    if (options.report !== undefined) {
      const agreement = seenBy === null ? measureAgreement(project) : null;
      const madeAt = new Date().toISOString();
      const report = changeReport(source, request, { version, madeAt, agreement });
      const otherDatasets = datasetsAround(options.report);
      await writeWhole(options.report, report, { datasetFolder, otherDatasets, replace });
    }
    if (options.votes !== undefined) {
      const otherDatasets = datasetsAround(options.votes);
      await writeWhole(options.votes, voteTable(source), { datasetFolder, otherDatasets, replace });
    }
    if (options.out === '-') return;
    const { entries: rows, statuses } = tally;
    const unit = exported.kind === 'file' ? (exported.text?.unit ?? 'file') : 'file';
    if (options.json) output.print(JSON.stringify({ out: options.out, rows, unit, statuses }));
    else output.note(`${rows} ${unit}${rows === 1 ? '' : 's'} written to ${options.out}`);
  } finally {
    project.close();
  }
}

/** Who mistypes a name would export a dataset without decisions. */
function refuseUnknownAnnotator({ verdicts }: ProjectFile, annotator: string): void {
  if (verdicts.hasActionsOf(annotator)) return;
  const names = verdicts.annotators().map(escapeControls).join(', ');
  throw new AppError(
    'bad-request',
    `there are no decisions by "${escapeControls(annotator)}"`,
    names === ''
      ? 'Nobody has reviewed this dataset yet.'
      : `Decisions are by ${names}. Nothing was written.`,
  );
}

/** The second would replace the first. */
function refuseSameOutputs({ out, report, votes }: ExportOptions): void {
  const files = [out, report, votes].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
  if (new Set(files).size < files.length)
    throw new UsageError('--out, --report and --votes must be different files');
}

async function writeExported(
  exported: Exported,
  { out, force, hardLinks = false }: ExportOptions,
  datasetFolder: string,
  output: Output,
): Promise<void> {
  const otherDatasets = out === '-' ? [] : datasetsAround(out);
  const outputOptions = { datasetFolder, otherDatasets, replace: force === true, hardLinks };
  if (exported.kind === 'folder') {
    if (out === '-') throw new UsageError('this format is a folder of files: give --out a folder');
    await writeFolder(out, exported.files, outputOptions);
  } else if (out === '-') {
    for await (const chunk of exported.chunks) output.write(chunk);
  } else await writeWhole(out, exported.chunks, outputOptions);
}
