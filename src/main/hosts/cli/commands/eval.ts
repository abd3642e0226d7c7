import type { Command } from 'commander';
import { emotionOf, normaliseClassName } from '../../../../domain/emotions.ts';
import { AppError } from '../../../../domain/errors.ts';
import { matchSentences } from '../../../../domain/pathMatches.ts';
import { perCent } from '../../../../domain/percent.ts';
import type { PercentileInterval } from '../../../../labelQuality/bootstrap.ts';
import { type EvaluatedImage, type Evaluation, evaluateFlags } from '../../../../labelQuality/evaluate.ts';
import { suggestionAt } from '../../../../labelQuality/flagThreshold.ts';
import { DEFAULT_SCORE, scores, scoresBy } from '../../../../labelQuality/scores/index.ts';
import { writeWhole } from '../../../export/index.ts';
import { openProjectForReading } from '../../../open/index.ts';
import { datasetsAround, datasetWords, ImageNames, readMeanings } from '../../../opened/index.ts';
import type { ProjectFile } from '../../../project/index.ts';
import { evaluationPicture } from '../evaluationPicture.ts';

import { createOutput, textTable } from '../output.ts';
import { readTruth } from '../truthFile.ts';
import { encodingOption, jsonOption, projectOption, quietOption, thresholdOption } from './options.ts';

interface EvalOptions {
  truth: string;
  encoding?: string;
  svg?: string;
  force?: boolean;
  project?: string;
  json?: boolean;
  quiet?: boolean;
  threshold?: number;
}

export function evalCommand(program: Command): void {
  program
    .command('eval')
    .description('how well flags find labels that differ from known true labels')
    .argument('<folder>', 'a dataset folder that was scanned')
    .requiredOption(
      '--truth <file>',
      'CSV with columns image and label, or a cleaned CSV (its reviewed rows count)',
    )
    .addOption(encodingOption())
    .option('--svg <file>', 'also draw the curves: wrong labels found per image reviewed, and reliability')
    .option('--force', 'replace an existing file (never a file of the dataset)')
    .addOption(thresholdOption())
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(evaluate);
}

async function evaluate(folder: string, options: EvalOptions): Promise<void> {
  const { project, folder: datasetFolder } = openProjectForReading(folder, options.project);
  try {
    const truth = await readTruth(options.truth, () => datasetWords(project), options.encoding);
    const names = new ImageNames(project, datasetFolder);
    const { images, unknownImages } = imagesToEvaluate(
      project,
      names,
      truth,
      options.threshold ?? project.flaggedAt,
    );
    if (images.length === 0) {
      throw new AppError(
        'table-invalid',
        `no image of ${options.truth} is in ${folder}`,
        'The column image holds paths relative to the dataset folder, with /.',
      );
    }
    const output = createOutput(options.quiet === true);
    for (const sentence of matchSentences(names.counts)) output.note(`Note: ${sentence}`);
    if (unknownImages > 0)
      output.note(`Note: ${unknownImages} images in the truth file are not in the dataset`);
    const evaluation = evaluateFlags(images);
    if (options.svg !== undefined) {
      const picture = evaluationPicture(evaluation);
      const otherDatasets = datasetsAround(options.svg);
      const replace = options.force === true;
      await writeWhole(options.svg, chunk(picture), { datasetFolder, otherDatasets, replace });
      output.note(`Curves drawn in ${options.svg}`);
    }
    output.print(options.json ? JSON.stringify(evaluation, null, 2) : evaluationText(evaluation));
  } finally {
    project.close();
  }
}

async function* chunk(text: string): AsyncGenerator<string> {
  yield text;
}

function imagesToEvaluate(
  project: ProjectFile,
  names: ImageNames,
  truth: ReadonlyMap<string, string>,
  flaggedAt: number,
) {
  const truthOf = new Map<number, string>();
  for (const [image, label] of truth) {
    const found = names.find(image) ?? project.samples.byImage(image);
    if (found !== null) truthOf.set(found.id, label);
  }
  const classNames = project.dataset.classes();
  const meanings = readMeanings(project);
  const meaningOf = (className: string) =>
    oneSpelling((Object.hasOwn(meanings, className) ? meanings[className] : null) ?? className);
  const images: EvaluatedImage[] = [];
  const nameOf = (label: number | null | undefined) =>
    label == null ? null : meaningOf(classNames[label] ?? '');
  for (const sample of project.samples.all()) {
    const label = truthOf.get(sample.id);
    if (label === undefined) continue;
    const given = nameOf(sample.givenClass);
    if (given === null) continue;
    const flag = sample.state === 'read' ? project.flags.byId(sample.id) : null;
    const wrong = flag?.scores[DEFAULT_SCORE] ?? null;
    const labels = {
      given: sample.givenClass,
      alternative: flag?.alternativeClass ?? null,
      suggested: flag?.suggestedClass ?? null,
    };
    images.push({
      given,
      truth: meaningOf(label),
      suggested: nameOf(suggestionAt(flaggedAt, wrong, labels)),
      flagged: wrong !== null && wrong >= flaggedAt,
      alternative: nameOf(flag?.alternativeClass),
      scores: flag?.scores ?? scoresBy(() => null),
    });
  }
  return { images, unknownImages: truth.size - truthOf.size };
}

/** Truth and dataset may spell a class differently (happy, Happiness). */
function oneSpelling(className: string): string {
  return emotionOf(className) ?? normaliseClassName(className);
}

function evaluationText(evaluation: Evaluation): string {
  const { images, errors, withoutScore, suggestionAccuracy, modelAccuracy, calibration } = evaluation;
  const scoreTable = textTable(
    [
      'score',
      'AUROC',
      'AUPRC',
      '95 %',
      'prec. at #errors',
      '95 %',
      'prec. at 100',
      'recall at 100',
      'work saved',
    ],
    evaluation.scores.map((quality) => [
      `${scores[quality.score].title}${quality.score === DEFAULT_SCORE ? ' (default)' : ''}`,
      decimals(quality.auroc),
      decimals(quality.averagePrecision),
      range(quality.intervals.averagePrecision),
      decimals(quality.precisionAtPositives),
      range(quality.intervals.precisionAtPositives),
      decimals(quality.precisionAt100),
      decimals(quality.recallAt100),
      decimals(quality.workSavedAt95),
    ]),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  const classTable = textTable(
    ['given label', 'images', 'wrong', 'flagged', 'precision', 'recall', 'AUPRC', 'suggestion correct'],
    evaluation.classes.map((quality) => [
      quality.className,
      String(quality.images),
      String(quality.errors),
      String(quality.flagged),
      decimals(quality.precision),
      decimals(quality.recall),
      decimals(quality.averagePrecision),
      decimals(quality.suggestionAccuracy),
    ]),
    [1, 2, 3, 4, 5, 6, 7],
  );
  return [
    `${images} images with truth, ${errors} labels wrong (${perCent(errors / Math.max(1, images))} %), ${withoutScore} without a score`,
    scoreTable,
    `95 %: bootstrap interval, ${evaluation.bootstrap.rounds} resamples. Work saved: share of images you need not review to find 95 % of the wrong labels, compared with random order.`,
    curveTable(evaluation),
    classTable,
    `The likeliest other label is the truth for ${decimals(suggestionAccuracy)} of the wrong labels (${range(evaluation.suggestionInterval)}); the label after taking every suggestion is the truth for ${decimals(modelAccuracy)} of all images. Expected calibration error of the default score: ${decimals(calibration.error)}.`,
  ].join('\n\n');
}

/** Wrong labels found by the default score and by random order. */
function curveTable({ scores: qualities, images, errors }: Evaluation): string {
  const curve = qualities.find(({ score }) => score === DEFAULT_SCORE)?.curve ?? [];
  const marks = curve.filter((_, index) => [5, 10, 20, 30, 50].includes(index));
  return textTable(
    ['images reviewed', 'wrong found', 'in random order'],
    marks.map(({ viewed, found }) => [
      String(viewed),
      found.toFixed(0),
      ((errors * viewed) / Math.max(1, images)).toFixed(0),
    ]),
    [0, 1, 2],
  );
}

function decimals(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function range(interval: PercentileInterval | null): string {
  return interval === null ? '-' : `${interval.low.toFixed(3)}-${interval.high.toFixed(3)}`;
}
