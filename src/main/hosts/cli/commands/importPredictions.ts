import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { ClassMapping } from '../../../../domain/classSpace.ts';
import { AppError } from '../../../../domain/errors.ts';
import { escapeControls } from '../../../../domain/escapeControls.ts';
import { matchSentences } from '../../../../domain/pathMatches.ts';
import { plural } from '../../../../domain/plural.ts';
import type { PredictionReport } from '../../../../protocol/predictions.ts';
import type { Installation } from '../../../installation.ts';
import { Workspace } from '../../../workspace/index.ts';
import { createOutput, type Output } from '../output.ts';
import { showProgress } from '../progress.ts';
import { type LayoutFlags, layoutChoice, layoutOptions, mapOption } from './choices.ts';
import { jsonOption, noHeadOption, projectOption, quietOption } from './options.ts';

interface ImportPredictionsOptions extends LayoutFlags {
  classes?: string[];
  names?: string;
  embeddings?: string;
  nameColumn?: string;
  logits?: boolean;
  skipUnknown?: boolean;
  modelName?: string;
  tuning: boolean;
  head: boolean;
  map?: ClassMapping;
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

export function importPredictionsCommand(program: Command, { modelsFolder }: Installation): void {
  const command = program
    .command('import-predictions')
    .description("use your own model's predictions instead of GReFEL's; no scan needed")
    .argument('<folder>', 'the dataset folder; it is never changed')
    .argument(
      '<predictions>',
      'CSV, TSV or Parquet with an image column and one for each class, npy [N, C], or the folder of a cluster scan (docs/cluster.md) or of own training (models/train)',
    )
    .option('--classes <names>', 'the classes in column order, or the column names: a,b,c', names)
    .option('--names <file>', 'the image of each row of an npy file, one per line (default: dataset order)')
    .option('--embeddings <file>', 'npy [N, D] in row order: for the tuned model, similar images and the map')
    .option('--name-column <name>', 'the column of image names (default: detected by name)')
    .option('--logits', 'the values are logits')
    .option('--skip-unknown', 'ignore rows for unknown images')
    .option('--model-name <name>', "name of the run (default: the file's name)")
    .option('--no-tuning', "do not learn from the dataset's labels: use the predictions alone")
    .addOption(noHeadOption())
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, file: string, options: ImportPredictionsOptions) =>
      importFile(folder, file, options, modelsFolder),
    );
  for (const option of [...layoutOptions(), mapOption()]) command.addOption(option);
}

async function importFile(
  folder: string,
  file: string,
  options: ImportPredictionsOptions,
  modelsFolder: string,
): Promise<void> {
  const output = createOutput(options.quiet === true);
  const workspace = await Workspace.open(folder, userInfo().username, {
    projectFile: options.project,
    layout: layoutChoice(options),
    followLinks: options.followLinks,
  });
  const cancel = () => workspace.cancelScan();
  const progress = showProgress(options.quiet === true);
  try {
    if (options.map !== undefined) await workspace.mapClasses({ ...workspace.classMapping, ...options.map });
    process.once('SIGINT', cancel).once('SIGTERM', cancel);
    workspace.on('job', progress.update);
    const { nameColumn, tuning, head, ...choices } = options;
    const { report, finished } = await workspace.importPredictions(
      file,
      { ...choices, imageColumn: nameColumn, modelsFolder },
      { withoutTunedModel: !tuning || !head },
    );
    await finished;
    progress.stop();
    if (workspace.job?.error)
      throw new AppError('engine-failed', workspace.job.error.message, workspace.job.error.hint);
    if (options.json) output.print(JSON.stringify({ ...report, counts: workspace.counts() }, null, 2));
    else printReport(report, workspace, output);
  } finally {
    progress.stop();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    await workspace.close();
  }
}

function printReport(report: PredictionReport, workspace: Workspace, output: Output): void {
  const { images, withoutRow, unreadable, unknown, classes, unknownLabels, embeddingSize, unusedColumns } =
    report;
  output.print(
    `${plural(images, 'image')} ${images === 1 ? 'has' : 'have'} a prediction, ${plural(workspace.counts().flagged, 'label')} flagged as likely wrong`,
  );
  const unmapped = classes.filter(({ label }) => label === null).map(({ name }) => name);
  const notes: [boolean, string][] = [
    [withoutRow > 0, `${withoutRow} images have no row in the file and get no prediction`],
    [unreadable > 0, `${unreadable} rows are for unreadable images and were ignored`],
    [unknown > 0, `${unknown} rows are for unknown images and were ignored`],
    [
      report.scan?.modelIsHere === false && !report.scan.outOfFold,
      `the model ${report.model} is not here, so images from its training data are not marked`,
    ],
    [unmapped.length > 0, `the dataset has no class ${unmapped.map(escapeControls).join(', ')}`],
    [
      unknownLabels.length > 0,
      `no predictions for the dataset's ${unknownLabels.map(escapeControls).join(', ')}: ${embeddingSize > 0 ? 'only the tuned model checks those labels' : 'those labels are not checked'}`,
    ],
    [report.percentages, 'the values were taken as percentages'],
    [
      report.renormalised > 0,
      `${report.renormalised} rows did not add up to 1 and were divided by their sum`,
    ],
    [unusedColumns.length > 0, `unused columns: ${unusedColumns.join(', ')}`],
    [
      embeddingSize === 0,
      'without embeddings there is no tuned model, no similar images, no duplicates and no map (--embeddings)',
    ],
  ];
  for (const sentence of matchSentences(report.matched)) output.note(`Note: ${sentence}`);
  for (const [holds, note] of notes) if (holds) output.note(`Note: ${note}`);
  output.note(`Project file: ${workspace.opened.project.path}`);
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
