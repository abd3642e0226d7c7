import { type Command, Option } from 'commander';
import { AppError } from '../../../../domain/errors.ts';
import { STATUS_TITLES, type Status } from '../../../../domain/verdicts.ts';
import { isCalibratedFor } from '../../../../labelQuality/calibratedPrediction.ts';
import { OTHER_MODEL_NOTE } from '../../../../labelQuality/flagThreshold.ts';
import { describePairDoubt } from '../../../../labelQuality/pairDoubt.ts';
import { DEFAULT_SCORE, type ScoreId } from '../../../../labelQuality/scores/index.ts';
import { queueFilterSchema } from '../../../../protocol/queue.ts';
import { CsvWriter } from '../../../export/index.ts';
import { notScanned, openProjectForReading } from '../../../open/index.ts';
import { translatorOf } from '../../../opened/index.ts';
import type { ProjectFile } from '../../../project/index.ts';
import { readReviewIndex } from '../../../review/index.ts';
import { buildQueue } from '../../../reviewIndex/index.ts';
import { PairDoubts } from '../../../tune/index.ts';
import { noteUnscored } from '../classNotes.ts';
import { readMetadataFilters } from '../metadataFilters.ts';
import { createOutput, textTable } from '../output.ts';
import { problemLines } from '../problemLines.ts';
import {
  jsonOption,
  positiveInteger,
  projectOption,
  quietOption,
  scoreHelp,
  scoreOption,
  thresholdOption,
} from './options.ts';

interface FlagsOptions {
  project?: string;
  score: ScoreId;
  threshold?: number;
  limit: number;
  class?: string;
  where: string[];
  all?: boolean;
  json?: boolean;
  csv?: boolean;
  quiet?: boolean;
}

/** One row of the printed queue. */
interface PrintedFlag {
  image: string;
  label_given: string;
  label_suggested: string;
  /** How likely the suggested label is the true one. */
  suggestion_probability: number | null;
  score: number | null;
  status: Status;
  reason: string;
  /** Why the image could not be used; null for one that was. */
  problem: string | null;
}
type PrintedColumn = keyof PrintedFlag;

const COLUMNS: { name: PrintedColumn; isFileName?: boolean }[] = [
  { name: 'image', isFileName: true },
  { name: 'label_given' },
  { name: 'label_suggested' },
  { name: 'suggestion_probability' },
  { name: 'score' },
  { name: 'status' },
  { name: 'reason' },
  { name: 'problem' },
];

export function flagsCommand(program: Command): void {
  program
    .command('flags')
    .description('the review queue as a table: the labels most likely wrong first')
    .argument('<folder>', 'a dataset folder that was scanned')
    .addOption(projectOption())
    .addOption(scoreOption())
    .addOption(thresholdOption())
    .addOption(new Option('--limit <n>', 'how many').argParser(positiveInteger).default(20))
    .option('--class <name>', 'only images with this label')
    .addOption(
      new Option(
        '--where <column=value>',
        'only images with this value of a dataset column, numbers as from..to; can be repeated',
      )
        .argParser((option: string, before: string[]) => [...before, option])
        .default([], 'any'),
    )
    .option('--all', 'also labels that are not flagged')
    .addOption(jsonOption())
    .option('--csv', 'print CSV')
    .addOption(quietOption())
    .addHelpText('after', scoreHelp())
    .action((folder: string, options: FlagsOptions) => {
      const { project } = openProjectForReading(folder, options.project);
      try {
        printFlags(project, folder, options);
      } finally {
        project.close();
      }
    });
}

function printFlags(project: ProjectFile, folder: string, options: FlagsOptions): void {
  const output = createOutput(options.quiet === true);
  const run = project.modelRuns.latest();
  if (run === null) throw notScanned(folder, options.project);
  const classNames = project.dataset.classes();
  const translator = translatorOf(project, run);
  const index = readReviewIndex(project);
  index.flaggedAt = options.threshold ?? project.flaggedAt;
  const given = givenFilter(classNames, translator.titles, options);
  const filter = queueFilterSchema.parse({
    show: options.all ? 'all' : 'flagged',
    given,
    metadata: readMetadataFilters(options.where, index.metadata),
  });
  for (const { given, sample, outcome, state } of PairDoubts.read(project).pairs) {
    const missing = sample.length - outcome.reviewed;
    if (state === 'open')
      output.note(describePairDoubt(run.model.name, translator.titles[given] ?? '', missing));
  }
  const { rows } = buildQueue(index, filter, options.score, classNames.length);
  const name = (label: number | null) => (label === null ? '' : (classNames[label] ?? ''));
  const titles = new Map(
    classNames.map((className, label) => [className, translator.titles[label] ?? className]),
  );
  const titleOf = (className: string) => titles.get(className) ?? className;
  const withTitles = (flag: PrintedFlag) => ({
    ...flag,
    title_given: titleOf(flag.label_given),
    title_suggested: titleOf(flag.label_suggested),
  });
  const printed = [...rows.subarray(0, options.limit)].map((row): PrintedFlag => {
    const { id, image, given, score, status } = index.item(row, options.score);
    const prediction = project.predictions.byId(id, run.model);
    const flag = project.flags.byId(id);
    return {
      image,
      label_given: name(given),
      label_suggested: name(flag?.alternativeClass ?? flag?.suggestedClass ?? null),
      suggestion_probability: flag?.alternativeProbability ?? null,
      score,
      status,
      reason:
        prediction === null || flag === null
          ? ''
          : translator.explain(flag, prediction, given, index.flaggedAt),
      problem: project.samples.byId(id)?.problem ?? null,
    };
  });

  if (options.json || options.csv) {
    // Without this, a program that reads the queue would take images that failed for images without a wrong
    // label.
    const listed = new Set(printed.map(({ image }) => image));
    const failed =
      options.where.length > 0
        ? []
        : failedImages(project, options, given).filter(({ image }) => !listed.has(image));
    const all = [...printed, ...failed];
    if (options.json) output.print(JSON.stringify(all.map(withTitles), null, 2));
    else
      output.write(new CsvWriter(COLUMNS, '\n').text(all.map((one) => COLUMNS.map(({ name }) => one[name]))));
  } else {
    const cells = printed.map(({ score, ...flag }) => [
      score === null ? '' : score.toFixed(3),
      titleOf(flag.label_given),
      titleOf(flag.label_suggested),
      STATUS_TITLES[flag.status],
      flag.image,
    ]);
    output.print(textTable(['score', 'given', 'suggested', 'status', 'image'], cells, [0]));
    output.note(`${printed.length} of ${rows.length}${options.all ? '' : ' flagged'} images`);
    for (const line of problemLines(project.samples.problems())) output.note(`Note: ${line}`);
    if (options.score === DEFAULT_SCORE && !isCalibratedFor(run.model))
      output.note(`Note: ${OTHER_MODEL_NOTE}`);
  }
  noteUnscored(project, output);
}

/** Images that have no flag because they could not be used. */
function failedImages(
  project: ProjectFile,
  { limit }: FlagsOptions,
  given: readonly number[],
): PrintedFlag[] {
  const classNames = project.dataset.classes();
  const failed = project.samples
    .withProblem(limit)
    .filter(({ givenClass }) => given.length === 0 || (givenClass !== null && given.includes(givenClass)));
  return failed.map(({ image, givenClass, problem, currentVerdict }) => ({
    image,
    label_given: givenClass === null ? '' : (classNames[givenClass] ?? ''),
    label_suggested: '',
    suggestion_probability: null,
    score: null,
    status: currentVerdict ?? 'unreviewed',
    reason: '',
    problem,
  }));
}

function givenFilter(
  classNames: readonly string[],
  titles: readonly string[],
  options: FlagsOptions,
): number[] {
  if (options.class === undefined) return [];
  const wanted = options.class.normalize('NFC');
  const found = [classNames, titles].map((names) => names.indexOf(wanted));
  const label = found.find((index) => index !== -1);
  if (label !== undefined) return [label];
  throw new AppError(
    'bad-request',
    `there is no class "${options.class}"`,
    `The classes are ${titles.join(', ')}.`,
  );
}
