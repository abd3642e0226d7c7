import type { Command } from 'commander';
import { describeMissingFeatures } from '../../../../domain/features.ts';
import { perCent } from '../../../../domain/percent.ts';
import { isCalibratedFor } from '../../../../labelQuality/calibratedPrediction.ts';
import { describeAdaptation } from '../../../../labelQuality/describeAdaptation.ts';
import { OTHER_MODEL_NOTE } from '../../../../labelQuality/flagThreshold.ts';
import type { Interval } from '../../../../labelQuality/intervals.ts';
import { notScanned, openProjectForReading } from '../../../open/index.ts';
import { readClassTitles, summariseFeatures } from '../../../opened/index.ts';
import { type LabelQuality, measureLabelQuality } from '../../../overview/index.ts';
import { createOutput, textTable } from '../output.ts';
import { jsonOption, projectOption, quietOption } from './options.ts';

interface QualityOptions {
  project?: string;
  json?: boolean;
  quiet?: boolean;
}

/** Confusions that are listed with their intervals. */
const LISTED = 10;

export function qualityCommand(program: Command): void {
  program
    .command('quality')
    .description('label quality: estimated wrong labels by class, and the noise transition matrix')
    .argument('<folder>', 'a dataset folder that was scanned')
    .addOption(projectOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .action((folder: string, options: QualityOptions) => {
      const { project } = openProjectForReading(folder, options.project);
      try {
        const run = project.modelRuns.latest();
        if (run === null) throw notScanned(folder, options.project);
        const quality = measureLabelQuality(project);
        const features = run.provider === null ? null : summariseFeatures(project, run);
        const output = createOutput(options.quiet === true);
        output.print(
          options.json
            ? JSON.stringify({ ...besideTitles(quality, titlesOf(project)), features }, null, 2)
            : qualityText(withTitles(quality, titlesOf(project))),
        );
        const missing = features && describeMissingFeatures(features);
        if (missing !== null) output.note(`Note: ${missing}`);
        if (!isCalibratedFor(run.model)) output.note(`Note: ${OTHER_MODEL_NOTE}`);
      } finally {
        project.close();
      }
    });
}

/** How each class is shown, by its name. */
function titlesOf(project: Parameters<typeof readClassTitles>[0]): ReadonlyMap<string, string> {
  const titles = readClassTitles(project);
  return new Map(project.dataset.classes().map((name, label) => [name, titles[label] ?? name]));
}

function withTitles(quality: LabelQuality, titles: ReadonlyMap<string, string>): LabelQuality {
  const title = (name: string) => titles.get(name) ?? name;
  return {
    ...quality,
    classes: quality.classes.map((own) => ({ ...own, name: title(own.name) })),
    noise:
      quality.noise?.map((own) => ({ ...own, truth: title(own.truth), given: title(own.given) })) ?? null,
  };
}

/** For a program: the dataset's names, and how they are shown. */
function besideTitles(quality: LabelQuality, titles: ReadonlyMap<string, string>) {
  const shown = withTitles(quality, titles);
  return {
    ...quality,
    classes: quality.classes.map((own, at) => ({ ...own, title: shown.classes[at]?.name })),
    noise:
      quality.noise?.map((own, at) => ({
        ...own,
        truthTitle: shown.noise?.[at]?.truth,
        givenTitle: shown.noise?.[at]?.given,
      })) ?? null,
  };
}

function qualityText({ all, classes, noise, fit }: LabelQuality): string {
  const cells = ({ images, wrong, quality }: LabelQuality['all']) => [
    quality === null ? '-' : percent(quality.estimate),
    String(images),
    wrong.estimate.toFixed(0),
    `${wrong.low.toFixed(0)} to ${wrong.high.toFixed(0)}`,
  ];
  /** One share for all classes is said in a sentence below. */
  const sharesDiffer = new Set(classes.map(({ tunedShare }) => tunedShare)).size > 1;
  const byClass = textTable(
    [
      'class',
      'quality',
      'images',
      'wrong labels',
      '95 %',
      'confident learning',
      ...(sharesDiffer ? ['tuned model weight'] : []),
    ],
    [
      ...classes.map(({ name, confidentLearning, tunedShare, ...own }) => [
        name,
        ...cells(own),
        confidentLearning === null ? '-' : String(confidentLearning),
        ...(sharesDiffer ? [tunedShare === null ? '-' : percent(tunedShare)] : []),
      ]),
      ['all', ...cells(all)],
    ],
    [1, 2, 3, 4, 5, 6],
  );
  const from =
    all.estimatedFrom === 'audit'
      ? 'The estimates are adjusted to the random sample that was reviewed.'
      : 'These are model estimates; review a random sample (Overview) to check them.';
  const note = fit && describeAdaptation(fit);
  return [
    byClass,
    from,
    ...(note === null ? [] : [note]),
    noise === null ? 'Nothing has been learned from the labels yet.' : noiseText(noise, classes),
  ].join('\n\n');
}

function noiseText(noise: NonNullable<LabelQuality['noise']>, classes: LabelQuality['classes']): string {
  const rateOf = new Map(noise.map(({ truth, given, rate }) => [`${truth}\n${given}`, rate]));
  const names = classes.map(({ name }) => name);
  const matrix = textTable(
    ['truly \\ given', ...names],
    names.map((truth) => [
      truth,
      ...names.map((given) => {
        const rate = rateOf.get(`${truth}\n${given}`) ?? null;
        return rate === null ? '-' : percent(rate.estimate);
      }),
    ]),
    names.map((_, column) => column + 1),
  );
  const confusions = noise
    .flatMap(({ truth, given, rate }) => (rate === null || truth === given ? [] : [{ truth, given, rate }]))
    .sort((a, b) => b.rate.estimate - a.rate.estimate)
    .slice(0, LISTED)
    .map(({ truth, given, rate }) => [truth, given, percent(rate.estimate), percentRange(rate)]);
  return [
    'Noise transition matrix P(given | true), true class in rows, given label in columns:',
    matrix,
    'The most frequent confusions:',
    textTable(['truly', 'given', 'rate', '95 %'], confusions, [2, 3]),
  ].join('\n\n');
}

function percent(share: number): string {
  return `${perCent(share)} %`;
}

function percentRange({ low, high }: Interval): string {
  return `${perCent(low)} to ${perCent(high)} %`;
}
