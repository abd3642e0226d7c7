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
import { flaggedAtSchema } from '../../../../labelQuality/flagThreshold.ts';
import { DEFAULT_SCORE, SCORE_IDS, scores } from '../../../../labelQuality/scores/index.ts';
import type { Installation } from '../../../installation.ts';

/** Options that several commands share, each defined once. */
export const projectOption = () =>
  new Option('--project <file>', 'the project file (default: one per dataset folder, in your data folder)');
export const jsonOption = () => new Option('--json', 'print JSON');
export const quietOption = () => new Option('--quiet', 'print results and errors only');
export const encodingOption = () =>
  new Option(
    '--encoding <name>',
    'the encoding if it is not UTF-8 or UTF-16: gbk, shift_jis, windows-1252, ... (default: recognised)',
  ).argParser(encodingName);
const modelOption = () =>
  new Option(
    '--model <name|file>',
    'a model that comes with GReFEL Relabel, or an ONNX file (docs/model-contract.md)',
  );
const providerOption = () =>
  new Option('--provider <provider>', 'the execution provider')
    .choices(['auto', ...PROVIDERS])
    .default('auto');
const precisionOption = () =>
  new Option('--precision <precision>', 'precision of the model; auto: fp32, or as the project was scanned')
    .choices(PRECISION_CHOICES)
    .default('auto');
const viewsOption = () =>
  new Option(
    '--views <views>',
    'views per image: one; unsure: a second, mirrored view of unsure images; all: six; auto: as the project was scanned; at first unsure, or one for 1,000 or more faces unlike the training faces',
  )
    .choices(VIEWS_CHOICES)
    .default('auto');
const framingOption = () =>
  new Option(
    '--framing <framing>',
    'auto: crop images so that faces match the size and position of the training faces; off: use images as they are (default: as the project was scanned, at first auto)',
  ).choices(FRAMING_CHOICES);
const featuresOption = () =>
  new Option(
    '--features <form>',
    'image features for the tuned model (1 KB per image): full: keep them; off: delete them; auto: full, or as the project was scanned',
  )
    .choices(FEATURE_CHOICES)
    .default('auto');
const threadsOption = () =>
  new Option('--threads <n>', 'cores that the model runs on (default: all)').argParser(positiveInteger);
export const scoreOption = () =>
  new Option('--score <score>', 'the score that sorts the queue')
    .choices([...SCORE_IDS])
    .default(DEFAULT_SCORE);

/** The options of `scan` and `serve` for how images are predicted. */
export interface ScanChoiceFlags {
  model?: string;
  provider: ProviderChoice;
  precision: PrecisionChoice;
  views: ViewsChoice;
  framing?: FramingChoice;
  features: FeatureChoice;
  threads?: number;
}

export function addScanOptions(command: Command): Command {
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
export function scanSetupOf(flags: ScanChoiceFlags, { modelsFolder }: Installation) {
  const { model, provider, precision, views, framing, features, threads } = flags;
  return { model, provider, precision, views, framing, features, threads, modelsFolder };
}

/** The choices of --score, for the end of a command's help. */
export const scoreHelp = () =>
  [
    '',
    'Scores, each from 0 to 1, higher = more likely wrong:',
    ...SCORE_IDS.flatMap((id) => [`  ${id}: ${scores[id].description}`, `      ${scores[id].reference}`]),
  ].join('\n');

/** If omitted, the window's setting for the project. */
export const thresholdOption = () =>
  new Option(
    '--threshold <probability>',
    "flag labels above this wrong-label probability (default: the project's, at first 0.5)",
  ).argParser(threshold);

function threshold(text: string): number {
  const { data } = flaggedAtSchema.safeParse(Number(text));
  if (data === undefined) throw new UsageError(`${text} is not a number from 0.01 to 0.99`);
  return data;
}

/** As TextDecoder names it. */
function encodingName(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw new UsageError(`${text} is not a known encoding`);
  }
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`${text} is not a whole number of at least 1`);
  return value;
}

export function parseWholeNumber(text: string): number {
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

/** The former name of `--no-tuning`, which scripts may use. */
export const noHeadOption = () => new Option('--no-head').hideHelp();
