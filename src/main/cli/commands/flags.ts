import { type Command, Option } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { isCalibratedFor } from '../../../shared/calibratedReading.ts';
import { AppError } from '../../../shared/errors.ts';
import { queueFilterSchema } from '../../../shared/queue.ts';
import { DEFAULT_SCORE, OTHER_MODEL_NOTE, type ScoreId } from '../../../shared/scores.ts';
import { buildQueue } from '../../flags/index.ts';
import type { ProjectFile } from '../../project/index.ts';
import { openForReading, readerOf, readReviewIndex } from '../../workflow/index.ts';
import { readMetadataFilters } from '../metadataFilters.ts';
import { createOutput, textTable } from '../output.ts';
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
  status: string;
  reason: string;
}

export function flagsCommand(program: Command): void {
  program
    .command('flags')
    .description('the review queue as a table: the labels most likely wrong first')
    .argument('<folder>', 'a dataset folder that was scanned')
    .addOption(projectOption())
    .addOption(scoreOption())
    .addOption(thresholdOption())
    .addOption(new Option('--limit <n>', 'how many').argParser(positiveInteger).default(20))
    .option('--class <name>', 'images given this label only')
    .addOption(
      new Option(
        '--where <column=value>',
        'images with this value of a further column of the source only, numbers as from..to; may be given several times',
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
      const { project } = openForReading(folder, options.project);
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
  if (run === null)
    throw new AppError('nothing-scanned', `${folder} was not scanned yet`, `Run: grefel scan ${folder}`);
  const classNames = project.dataset.classes();
  const reader = readerOf(project, run);
  const index = readReviewIndex(project);
  index.flaggedAt = options.threshold ?? project.flaggedAt;
  const filter = queueFilterSchema.parse({
    show: options.all ? 'all' : 'flagged',
    given: givenFilter(classNames, options),
    metadata: readMetadataFilters(options.where, index.metadata),
  });
  const { rows } = buildQueue(index, filter, options.score, classNames.length);
  const name = (label: number | null) => (label === null ? '' : (classNames[label] ?? ''));
  const printed = [...rows.subarray(0, options.limit)].map((row): PrintedFlag => {
    const { id, image, given, score, status } = index.item(row, options.score);
    const reading = project.readings.byId(id, run.model);
    const flag = project.flags.byId(id);
    return {
      image,
      label_given: name(given),
      label_suggested: name(flag?.alternativeClass ?? flag?.suggestedClass ?? null),
      suggestion_probability: flag?.alternativeProbability ?? null,
      score,
      status,
      reason:
        reading === null
          ? ''
          : reader.explain(
              reading.corrected,
              given,
              reading.anchors,
              (flag?.scores[DEFAULT_SCORE] ?? 0) >= index.flaggedAt,
            ),
    };
  });

  if (options.json) output.print(JSON.stringify(printed, null, 2));
  else if (options.csv) output.print(stringify(printed, { header: true }).trimEnd());
  else {
    const cells = printed.map(({ score, ...flag }) => [
      score === null ? '' : score.toFixed(3),
      flag.label_given,
      flag.label_suggested,
      flag.status,
      flag.image,
    ]);
    output.print(textTable(['score', 'given', 'suggested', 'status', 'image'], cells, [0]));
    output.say(`${printed.length} of ${rows.length}${options.all ? '' : ' flagged'} images`);
    if (options.score === DEFAULT_SCORE && !isCalibratedFor(run.model))
      output.say(`Note: ${OTHER_MODEL_NOTE}`);
  }
}

function givenFilter(classNames: readonly string[], options: FlagsOptions): number[] {
  if (options.class === undefined) return [];
  const label = classNames.indexOf(options.class);
  if (label !== -1) return [label];
  throw new AppError(
    'bad-request',
    `there is no class "${options.class}"`,
    `The classes are ${classNames.join(', ')}.`,
  );
}
