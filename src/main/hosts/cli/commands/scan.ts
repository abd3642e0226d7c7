import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { buildClassSpace, type ClassMapping } from '../../../../domain/classSpace.ts';
import { AppError, type AppErrorCode } from '../../../../domain/errors.ts';
import type { FaceChoice } from '../../../../domain/faces.ts';
import { describeFraming } from '../../../../domain/framing/framing.ts';
import { ONE_VIEW_REASON, VIEWS_TITLES } from '../../../../domain/model.ts';
import { plural } from '../../../../domain/plural.ts';
import { describeAdaptation } from '../../../../labelQuality/describeAdaptation.ts';
import { RELIANCES, type Reliance } from '../../../../labelQuality/labelFit.ts';
import type { JobProgress } from '../../../../protocol/api.ts';
import { gpuProviders, precisionsOf, resolveModel } from '../../../engine/index.ts';
import type { Installation } from '../../../installation.ts';
import { commandFor } from '../../../open/index.ts';
import { readLayoutChoice } from '../../../opened/index.ts';
import type { ProjectFile } from '../../../project/index.ts';
import { isOneViewByDomain } from '../../../scan/index.ts';
import { readLabelFit } from '../../../tune/index.ts';
import { Workspace } from '../../../workspace/index.ts';
import { noteNumbering, noteUnscored, unscoredLabels } from '../classNotes.ts';
import { describeLongScan } from '../longScan.ts';
import { createOutput, type Output } from '../output.ts';
import { problemLines } from '../problemLines.ts';
import { showProgress } from '../progress.ts';
import {
  facesOption,
  type LayoutFlags,
  layoutChoice,
  layoutOptions,
  mapOption,
  numberingOption,
} from './choices.ts';
import {
  addScanOptions,
  jsonOption,
  noHeadOption,
  projectOption,
  quietOption,
  type ScanChoiceFlags,
  scanSetupOf,
} from './options.ts';

export interface ScanOptions extends LayoutFlags, ScanChoiceFlags {
  project?: string;
  relink?: boolean;
  restore?: boolean;
  rescan?: boolean;
  relyOn?: Reliance;
  tuning: boolean;
  head: boolean;
  faces?: FaceChoice;
  map?: ClassMapping;
  numbering?: string;
  json?: boolean;
  quiet?: boolean;
}

export function scanCommand(program: Command, installation: Installation): void {
  const command = addScanOptions(
    program
      .command('scan')
      .description('recognise the layout, import, run the model; continues where it stopped')
      .argument('<folder>', 'the dataset folder; it is never changed')
      .addOption(projectOption()),
  )
    .option('--rescan', 'scan every image again')
    .addOption(
      new Option(
        '--rely-on <model>',
        "whose predictions count: the base model's, those of the model tuned to this dataset, or auto: decided by how much the faces differ from the training faces (saved in the project)",
      ).choices([...RELIANCES]),
    )
    .option('--no-tuning', "do not learn from the dataset's labels: use the base model alone")
    .addOption(noHeadOption())
    .option('--relink', 'the dataset of this project file has moved to this folder')
    .option('--restore', 'open the backup of a damaged project file')
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: ScanOptions) => scan(folder, options, installation));
  for (const option of [...layoutOptions(), facesOption(), mapOption(), numberingOption()])
    command.addOption(option);
}

async function scan(folder: string, options: ScanOptions, installation: Installation): Promise<void> {
  const output = createOutput(options.quiet === true);
  const { project, relink, restore } = options;
  const workspace = await Workspace.open(folder, userInfo().username, {
    projectFile: project,
    relink,
    restore,
    layout: layoutChoice(options),
    followLinks: options.followLinks,
    faces: options.faces,
    numbering: options.numbering,
  });
  try {
    noteDataset(workspace, output);
    if (options.map !== undefined) await mapClasses(workspace, options, installation);
    const job = await runScan(workspace, options, installation, output);
    report(workspace, job, options, output);
  } finally {
    await workspace.close();
  }
}

/** Classes of the dataset that the user maps to the model's; those said before stay. */
async function mapClasses(
  workspace: Pick<Workspace, 'classNames' | 'classMapping' | 'mapClasses'>,
  options: ScanOptions,
  { modelsFolder }: Installation,
) {
  const { metadata } = await resolveModel(options.model, modelsFolder);
  buildClassSpace(workspace.classNames, metadata.classes, options.map); // refuses names that are not there
  await workspace.mapClasses({ ...workspace.classMapping, ...options.map });
}

/** A guess below this is never silent. */
const UNSURE = 0.5;

function noteDataset({ opened, index }: Pick<Workspace, 'opened' | 'index'>, output: Output): void {
  const { project, changes, movedFrom } = opened;
  const recognition = project.dataset.read()?.recognition;
  if (movedFrom !== null) output.note(`The dataset has moved here from ${movedFrom}; decisions are kept.`);
  if (recognition !== undefined) {
    const { title, reason, confidence } = recognition;
    if (confidence < UNSURE && Object.keys(readLayoutChoice(project)).length === 0)
      output.warn(`${title}, a guess: ${reason} If that is wrong, use --layout, --table or --class-level.`);
    else output.note(`${title}: ${reason}`);
  }
  for (const { message } of recognition?.problems ?? []) output.note(`Note: ${message}`);
  noteNumbering(project, output);
  const { added, changed, vanished } = changes;
  output.note(`${plural(index.size, 'image')}: ${added} new, ${changed} changed${describeGone(vanished)}`);
}

function describeGone(files: number): string {
  if (files === 0) return '';
  return files === 1 ? ', 1 file is gone' : `, ${files} files are gone`;
}

async function runScan(
  workspace: Workspace,
  options: ScanOptions,
  installation: Installation,
  output: Output,
): Promise<JobProgress> {
  const { rescan, relyOn, tuning, head } = options;
  const { pending, images } = workspace.counts();
  const { finished } = await workspace.startScan({
    ...scanSetupOf(options, installation),
    rescan,
    reliance: relyOn,
    withoutTunedModel: !tuning || !head,
  });
  const run = workspace.run;
  if (run !== null && run.provider !== null) {
    output.note(
      `Model ${run.model.name} ${run.model.version} (${run.model.precision}) on ${run.provider.used}, ${VIEWS_TITLES[run.views]}`,
    );
    if (run.framing !== null) {
      output.note(
        `Framing: ${describeFraming(run.framing)}, to match the training faces. Use --framing off for images as they are.`,
      );
    }
    if (isOneViewByDomain(workspace.opened.project, run)) {
      output.note(`${ONE_VIEW_REASON} Use --views unsure to check unsure images twice all the same.`);
    }
    for (const fallback of run.provider.fallbacks) output.note(`Note: ${fallback}`);
  }
  const cancel = () => workspace.cancelScan();
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  const noteOnce = noteLongScan(workspace, images - pending, output);
  let stuck: JobProgress['error'] = null;
  const progress = showProgress(options.quiet === true);
  workspace.on('job', (job) => {
    progress.update(job);
    noteOnce(job);
    // Nobody is there to continue a scan that a drive has paused: it ends with the reason.
    if (job.state !== 'paused' || job.error === null) return;
    stuck ??= job.error;
    cancel();
  });
  const job = await finished;
  progress.stop();
  process.off('SIGINT', cancel).off('SIGTERM', cancel);
  return stuck === null ? job : { ...job, state: 'failed', error: stuck };
}

/** Tells once of a scan that takes long, as soon as that is known. */
function noteLongScan(
  { run }: Pick<Workspace, 'run'>,
  doneBefore: number,
  output: Output,
): (job: JobProgress) => void {
  const provider = run?.provider?.used;
  if (run === null || provider === undefined) return () => {};
  const means = {
    provider,
    gpus: gpuProviders(),
    precision: run.model.precision,
    precisions: precisionsOf({ path: run.modelPath, metadata: run.model }),
    views: run.views,
  };
  let note = false;
  return (job) => {
    const sentence = note ? null : describeLongScan(job, doneBefore, means);
    if (sentence === null) return;
    note = true;
    output.note(sentence);
  };
}

function report(
  workspace: Pick<Workspace, 'folder' | 'opened' | 'counts' | 'run'>,
  job: JobProgress,
  options: ScanOptions,
  output: Output,
): void {
  if (job.state === 'cancelled') {
    throw new AppError(
      'interrupted',
      `stopped after ${job.done} of ${job.total} images`,
      'Scan again to continue.',
    );
  }
  if (job.error !== null) {
    const { code, message, hint } = job.error;
    throw new AppError(
      code as AppErrorCode,
      `${message} (${job.done} of ${job.total} images were scanned)`,
      hint,
    );
  }
  const counts = workspace.counts();
  const { project } = workspace.opened;
  if (options.json) {
    const { run } = workspace;
    const model = {
      name: run?.model.name,
      version: run?.model.version,
      precision: run?.model.precision,
      views: run?.views,
      framing: run?.framing,
      provider: run?.provider,
    };
    const problems = project.samples.problems();
    const notes = (project.dataset.read()?.recognition.problems ?? []).map(({ message }) => message);
    const facts = {
      folder: workspace.folder,
      project: project.path,
      counts,
      model,
      problems,
      notes,
      unscored: unscoredLabels(project),
    };
    output.print(JSON.stringify(facts, null, 2));
    return;
  }
  output.print(
    `${plural(counts.scanned, 'image')} scanned, ${counts.unreadable} unreadable, ${plural(counts.flagged, 'label')} flagged as likely wrong`,
  );
  for (const line of problemLines(project.samples.problems())) output.note(`Note: ${line}`);
  noteFaces(project, output);
  noteAdaptation(project, output);
  noteUnscored(project, output);
  output.note(`Project file: ${project.path}`);
  output.note(
    `Next: ${commandFor('flags', workspace.folder, project)}, or review them with: ${commandFor('serve', workspace.folder, project)}`,
  );
}

/** The result of a face search. */
function noteFaces({ faces }: Pick<ProjectFile, 'faces'>, output: Output): void {
  if (faces.counts().searched === 0) return;
  const { without, several, further } = faces.summary();
  const named = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
  if (several > 0) {
    output.note(
      `${named(several, 'image')} with several faces: the most prominent one keeps the image's name, ${named(further, 'further face')} became ${further === 1 ? 'an item' : 'items'} of ${further === 1 ? 'its' : 'their'} own (#2, #3, ...)`,
    );
  }
  if (without > 0) output.note(`${named(without, 'image')} without a face, used whole`);
}

/** Whose predictions count, and why. */
function noteAdaptation(project: ProjectFile, output: Output): void {
  const fit = readLabelFit(project);
  const note = fit && describeAdaptation(fit);
  if (note) output.note(note);
}
