import type { ExportRequest } from '../../shared/api.ts';
import type { Status } from '../../shared/review.ts';
import { bestOtherLabel, DEFAULT_SCORE, FLAGGED_AT } from '../../shared/scores.ts';
import type { LabelReader } from '../flags/index.ts';
import type { ModelRun, ProjectFile, Sample } from '../project/index.ts';

/** The columns of a cleaned label file. They come first and stay; later ones are appended. */
export const CLEANED_COLUMNS = [
  'image',
  'split',
  'label_given',
  'label_clean',
  'status',
  'annotator',
  'decided_at',
  'label_primary',
  'label_corrected',
  'confidence_primary',
  'confidence_corrected',
  'nearest_anchor',
  'flag_score',
] as const;

export type CleanedRow = Record<(typeof CLEANED_COLUMNS)[number], string>;

/** `auto`: the suggestion of an unreviewed flag, taken by rule at export. */
export type ExportStatus = Status | 'auto';

/** What an export needs of a scanned project; `run` and `reader` are null before the first scan. */
export interface ExportSource {
  project: ProjectFile;
  classNames: readonly string[];
  run: ModelRun | null;
  reader: LabelReader | null;
}

/** The dataset's rows in the source's order, with the label that stands after the review. */
export function* cleanedRows(source: ExportSource, request: ExportRequest): Generator<CleanedRow> {
  for (const { row } of cleanedSamples(source, request)) yield row;
}

/** The same, each with the sample that it is made from. */
export function* cleanedSamples(
  source: ExportSource,
  request: ExportRequest,
): Generator<{ sample: Sample; row: CleanedRow }> {
  for (const sample of source.project.samples.all()) {
    if (sample.state === 'vanished') continue;
    const row = cleanedRow(source, request, sample);
    if (row !== null) yield { sample, row };
  }
}

/** Is the label of this row another one than the dataset gave, or none any more? */
export function isChanged({ label_given, label_clean, status }: CleanedRow): boolean {
  return label_clean !== label_given || status === 'excluded';
}

function cleanedRow(source: ExportSource, request: ExportRequest, sample: Sample): CleanedRow | null {
  const { classNames } = source;
  const model = modelColumns(source, sample);
  let status: ExportStatus = sample.currentVerdict ?? 'unreviewed';
  if (status === 'unreviewed' && model.flagged) {
    if (request.unreviewed === 'drop') return null;
    if (request.unreviewed === 'suggestion' && model.score >= request.above) status = 'auto';
  }
  const given = nameOf(classNames, sample.givenClass);
  const clean = {
    unreviewed: given,
    kept: given,
    ambiguous: given,
    excluded: '',
    relabelled: nameOf(classNames, sample.currentClass),
    auto: model.columns.label_corrected,
  }[status];
  if (request.what === 'reviewed' && sample.currentVerdict === null) return null;
  const row = {
    image: sample.image,
    split: sample.split ?? '',
    label_given: given,
    label_clean: clean,
    status,
    annotator: withoutFormula(sample.currentAnnotators ?? ''),
    decided_at: sample.currentDecidedAt ?? '',
    ...model.columns,
  };
  return request.what === 'changed' && !isChanged(row) ? null : row;
}

const EMPTY_MODEL_COLUMNS = {
  label_primary: '',
  label_corrected: '',
  confidence_primary: '',
  confidence_corrected: '',
  nearest_anchor: '',
  flag_score: '',
};

function modelColumns(source: ExportSource, sample: Sample) {
  const { project, run, reader, classNames } = source;
  const nothing = { flagged: false, score: 0, columns: EMPTY_MODEL_COLUMNS };
  if (sample.state !== 'read' || run === null || reader === null) return nothing;
  const reading = project.readings.byId(sample.id, run.model);
  const flag = project.flags.byId(sample.id);
  if (reading === null || flag === null) return nothing;
  const labelOf = (distribution: Float32Array) => {
    const label = bestOtherLabel(reader.overLabels(distribution, sample.givenClass), null)?.label;
    if (label !== undefined) return nameOf(classNames, label);
    return reader.nameOfModelClass(distribution.indexOf(Math.max(...distribution)));
  };
  const score = flag.scores[DEFAULT_SCORE];
  const [anchor] = reading.anchors;
  return {
    flagged: score !== null && score >= FLAGGED_AT,
    score: score ?? 0,
    columns: {
      label_primary: labelOf(reading.primary),
      label_corrected: labelOf(reading.corrected),
      confidence_primary: reading.confidencePrimary.toFixed(4),
      confidence_corrected: reading.confidenceCorrected.toFixed(4),
      nearest_anchor: anchor === undefined ? '' : `${reader.nameOfModelClass(anchor.classIndex)}#${anchor.k}`,
      flag_score: score === null ? '' : score.toFixed(4),
    },
  };
}

function nameOf(classNames: readonly string[], label: number | null): string {
  return label === null ? '' : (classNames[label] ?? '');
}

/** Free text that a spreadsheet would run as a formula gets a leading apostrophe. */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
