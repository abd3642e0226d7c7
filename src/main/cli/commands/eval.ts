import type { Command } from 'commander';
import { emotionOf, normaliseClassName } from '../../../shared/emotions.ts';
import { AppError } from '../../../shared/errors.ts';
import { scores } from '../../../shared/scores.ts';
import { type Evaluation, evaluateFlags, type JudgedImage } from '../../flags/index.ts';
import type { ProjectFile } from '../../project/index.ts';
import { openForReading } from '../../workflow/index.ts';
import { createOutput, textTable } from '../output.ts';
import { readTruth } from '../truthFile.ts';
import { jsonOption, projectOption, quietOption } from './options.ts';

interface EvalOptions {
  truth: string;
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

export function evalCommand(program: Command): void {
  program
    .command('eval')
    .description('how well the flags find the labels that differ from known truth')
    .argument('<folder>', 'a dataset folder that was scanned')
    .requiredOption('--truth <file>', 'CSV with the columns image and label; more columns are ignored')
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action(async (folder: string, options: EvalOptions) => {
      const truth = await readTruth(options.truth);
      const { project } = openForReading(folder, options.project);
      try {
        const { judged, unknownImages } = judge(project, truth);
        if (judged.length === 0) {
          throw new AppError(
            'table-invalid',
            `no image of ${options.truth} is in ${folder}`,
            'The column image holds paths relative to the dataset folder, with /.',
          );
        }
        const output = createOutput(options.quiet === true);
        if (unknownImages > 0)
          output.say(`Note: ${unknownImages} images of the truth file are not in the dataset`);
        const evaluation = evaluateFlags(judged);
        output.print(options.json ? JSON.stringify(evaluation, null, 2) : evaluationText(evaluation));
      } finally {
        project.close();
      }
    });
}

function judge(project: ProjectFile, truth: ReadonlyMap<string, string>) {
  const classNames = project.dataset.classes();
  const judged: JudgedImage[] = [];
  const nameOf = (label: number | null | undefined) =>
    label == null ? null : oneSpelling(classNames[label] ?? '');
  let found = 0;
  for (const sample of project.samples.all()) {
    const label = truth.get(sample.image);
    if (label === undefined) continue;
    found++;
    const given = nameOf(sample.givenClass);
    if (given === null) continue;
    const flag = sample.state === 'read' ? project.flags.byId(sample.id) : null;
    judged.push({
      given,
      truth: oneSpelling(label),
      suggested: nameOf(flag?.suggestedClass),
      scores: flag?.scores ?? {
        'likelihood-ratio': null,
        'self-confidence': null,
        'normalised-margin': null,
      },
    });
  }
  return { judged, unknownImages: truth.size - found };
}

/** Truth and dataset may spell a class differently (happy, Happiness). */
function oneSpelling(className: string): string {
  return emotionOf(className) ?? normaliseClassName(className);
}

function evaluationText(evaluation: Evaluation): string {
  const { images, errors, withoutScore, suggestionAccuracy, modelAccuracy } = evaluation;
  const decimals = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const scoreTable = textTable(
    ['score', 'AUROC', 'AUPRC', 'precision at #errors', 'precision at 100', 'recall at 100'],
    evaluation.scores.map((quality) => [
      scores[quality.score].title,
      decimals(quality.auroc),
      decimals(quality.averagePrecision),
      decimals(quality.precisionAtPositives),
      decimals(quality.precisionAt100),
      decimals(quality.recallAt100),
    ]),
    [1, 2, 3, 4, 5],
  );
  const classTable = textTable(
    ['given label', 'images', 'wrong', 'flagged', 'precision', 'recall'],
    evaluation.classes.map((quality) => [
      quality.className,
      String(quality.images),
      String(quality.errors),
      String(quality.flagged),
      decimals(quality.precision),
      decimals(quality.recall),
    ]),
    [1, 2, 3, 4, 5],
  );
  return [
    `${images} images with truth, ${errors} labels wrong (${((100 * errors) / Math.max(1, images)).toFixed(1)} %), ${withoutScore} without a score`,
    scoreTable,
    classTable,
    `The suggestion is the truth for ${decimals(suggestionAccuracy)} of the wrong labels and ${decimals(modelAccuracy)} of all images.`,
  ].join('\n\n');
}
