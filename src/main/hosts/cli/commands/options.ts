import { type Command, Option } from 'commander';
import { FEATURE_CHOICES, type FeatureChoice } from '../../../../domain/features.ts';
import { FRAMING_CHOICES, type FramingChoice } from '../../../../domain/framing/framing.ts';
import {
  PRECISION_CHOICES,
  PROVIDERS,
  type PrecisionChoice,
  type ProviderChoice,
  VIEWS_CHOICES,
  type ViewsChoice,
} from '../../../../domain/model.ts';
import { DEFAULT_SCORE, flaggedAtSchema, SCORE_IDS, scores } from '../../../../labelQuality/scores.ts';
import type { Installation } from '../../../installation.ts';

/** Options that several commands share, each defined once. */
export const projectOption = () =>
  new Option('--project <file>', 'the project file (default: one per dataset folder, in your data folder)');
export const jsonOption = () => new Option('--json', 'print JSON');
export const quietOption = () => new Option('--quiet', 'print results and errors only');
export const modelOption = () =>
  new Option('--model <name|file>', 'a shipped model, or an ONNX file of the contract');
export const providerOption = () =>
  new Option('--provider <provider>', 'what runs the model').choices(['auto', ...PROVIDERS]).default('auto');
export const precisionOption = () =>
  new Option('--precision <precision>', 'numbers of the model; auto: fp32, or what the project was read in')
    .choices(PRECISION_CHOICES)
    .default('auto');
export const viewsOption = () =>
  new Option(
    '--views <views>',
    'how often an image is read: as it is, mirrored once more where that was unsure, or in six views; auto: unsure, or as the project was read',
  )
    .choices(VIEWS_CHOICES)
    .default('auto');
export const framingOption = () =>
  new Option(
    '--framing <framing>',
    'auto: where faces are larger, smaller or stretched compared with those that the model was trained on, cut images so that they are not; off: leave images as they are (default: as the project was scanned, at first auto)',
  ).choices(FRAMING_CHOICES);
export const featuresOption = () =>
  new Option(
    '--features <form>',
    'features of images, which the model tuned to this dataset learns from (1 KB an image): keep them, or delete them and keep none; auto: full, or as the project was scanned',
  )
    .choices(FEATURE_CHOICES)
    .default('auto');
export const threadsOption = () =>
  new Option('--threads <n>', 'threads of one model run (default: one per core)').argParser(positiveInteger);
export const scoreOption = () =>
  new Option('--score <score>', 'what orders the queue').choices([...SCORE_IDS]).default(DEFAULT_SCORE);

/** What `scan` and `serve` let the user say of how images are read. */
export interface ReadingFlags {
  model?: string;
  provider: ProviderChoice;
  precision: PrecisionChoice;
  views: ViewsChoice;
  framing?: FramingChoice;
  features: FeatureChoice;
  threads?: number;
}

export function addReadingOptions(command: Command): Command {
  return command
    .addOption(modelOption())
    .addOption(providerOption())
    .addOption(precisionOption())
    .addOption(viewsOption())
    .addOption(framingOption())
    .addOption(featuresOption())
    .addOption(threadsOption());
}

/** The same, as a scan takes it. */
export function readingSetup(flags: ReadingFlags, { modelsFolder }: Installation) {
  const { model, provider, precision, views, framing, features, threads } = flags;
  return { model, provider, precision, views, framing, features, threads, modelsFolder };
}

/** What each choice of --score is, for the end of a command's help. */
export const scoreHelp = () =>
  [
    '',
    'Scores, each from 0 to 1, higher = more likely wrong:',
    ...SCORE_IDS.flatMap((id) => [`  ${id}: ${scores[id].description}`, `      ${scores[id].reference}`]),
  ].join('\n');

/** What the window keeps for a project is taken where it is left out. */
export const thresholdOption = () =>
  new Option(
    '--threshold <probability>',
    "a label is flagged from this wrong-label probability on (default: the project's, which is 0.5 at first)",
  ).argParser(threshold);

function threshold(text: string): number {
  const { data } = flaggedAtSchema.safeParse(Number(text));
  if (data === undefined) throw new UsageError(`${text} is not a number from 0.01 to 0.99`);
  return data;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${text} is not a whole number of at least 1`);
  return value;
}

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0)
    throw new UsageError(`${text} is not a whole number of at least 0`);
  return value;
}

export function shareOfOne(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new UsageError(`${text} is not a number from 0 to 1`);
  return value;
}

/** Wrong usage that commander itself does not see. */
export class UsageError extends Error {}
