import type { ExportRequest } from '../../shared/api.ts';
import { issuesOf } from '../../shared/issues.ts';
import type { Status } from '../../shared/review.ts';
import { bestOtherLabel, DEFAULT_SCORE, suggestionAt } from '../../shared/scores.ts';
import { formatSoftLabels, formatVotes } from '../../shared/votes.ts';
import type { LabelReader } from '../flags/index.ts';
import type { ModelRun, ProjectFile, Sample, SampleMetadata } from '../project/index.ts';
import { namedVotes } from './namedVote.ts';
import { type SeenBy, seenSample } from './seenBy.ts';

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
  'issues',
  'votes',
  'label_soft',
  'label_head',
  'confidence_head',
  'nearest_anchor_head',
  'face_quality',
  'face',
  'box_left',
  'box_top',
  'box_width',
  'box_height',
  'trained_on',
] as const;

/** Before the name of a source's own column, so that it is never taken for one of ours. */
const METADATA_PREFIX = 'meta_';

/** Our columns, and the source's own. */
export type CleanedRow = Record<(typeof CLEANED_COLUMNS)[number], string> & {
  [column: `${typeof METADATA_PREFIX}${string}`]: string;
};

export interface CleanedSample {
  sample: Sample;
  row: CleanedRow;
}

/** `auto`: the suggestion of an unreviewed flag, taken by rule at export. */
export type ExportStatus = Status | 'auto';

/** What an export needs of a scanned project; `run` and `reader` are null before the first scan. */
export interface ExportSource {
  project: ProjectFile;
  classNames: readonly string[];
  run: ModelRun | null;
  reader: LabelReader | null;
  /** Null for everyone's verdicts together, and all that the model reads. */
  seenBy: SeenBy | null;
}

/** Names of the source's own columns. */
export function metadataColumns({ project }: ExportSource): string[] {
  return project.dataset.read()?.recognition.metadata ?? [];
}

/** All columns of the cleaned CSV. */
export function cleanedColumns(source: ExportSource): string[] {
  return [...CLEANED_COLUMNS, ...metadataColumns(source).map((name) => METADATA_PREFIX + name)];
}

/** The dataset's rows in the source's order, with the label that stands after the review. */
export function* cleanedRows(source: ExportSource, request: ExportRequest): Generator<CleanedRow> {
  for (const { row } of cleanedSamples(source, request)) yield row;
}

/** The same, each with the sample that it is made from. */
export function* cleanedSamples(source: ExportSource, request: ExportRequest): Generator<CleanedSample> {
  const names = metadataColumns(source);
  for (const stored of source.project.samples.all()) {
    if (stored.state === 'vanished') continue;
    const sample = seenSample(source.project, source.seenBy, stored);
    const row = cleanedRow(source, request, sample);
    if (row === null) continue;
    if (names.length > 0) addMetadata(row, names, source.project.metadata.byId(sample.id));
    yield { sample, row };
  }
}

function addMetadata(row: CleanedRow, names: readonly string[], metadata: SampleMetadata): void {
  for (const name of names) row[`${METADATA_PREFIX}${name}`] = withoutFormula(metadata[name] ?? '');
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
    auto: nameOf(classNames, model.suggested),
  }[status];
  if (request.what === 'reviewed' && sample.currentVerdict === null) return null;
  const row: CleanedRow = {
    image: sample.image,
    split: sample.split ?? '',
    label_given: given,
    label_clean: clean,
    status,
    annotator: withoutFormula(sample.currentAnnotators ?? ''),
    decided_at: sample.currentDecidedAt ?? '',
    ...model.columns,
    ...voteColumns(source, sample),
    ...headColumns(source, sample),
    ...faceColumns(source, sample),
  };
  return request.what === 'changed' && !isChanged(row) ? null : row;
}

/** What each annotator came to, and the share of their votes for each label. */
function voteColumns(source: ExportSource, sample: Sample) {
  if (sample.currentVerdict === null) return { votes: '', label_soft: '' };
  const votes = namedVotes(source, sample);
  return { votes: withoutFormula(formatVotes(votes)), label_soft: formatSoftLabels(votes) };
}

/** What the head reads that is fitted to the dataset's own labels. */
function headColumns({ project, classNames }: ExportSource, sample: Sample) {
  const reading = sample.state === 'read' ? project.head.byId(sample.id, classNames.length) : null;
  if (reading === null) return { label_head: '', confidence_head: '', nearest_anchor_head: '' };
  const [anchor] = reading.anchors;
  return {
    label_head: nameOf(classNames, reading.corrected.indexOf(Math.max(...reading.corrected))),
    confidence_head: reading.confidenceCorrected.toFixed(4),
    nearest_anchor_head: anchor === undefined ? '' : `${nameOf(classNames, anchor.classIndex)}#${anchor.k}`,
  };
}

/** The part of the image that is the sample, and which of the faces found there it is. */
function faceColumns({ project }: ExportSource, sample: Sample) {
  const place = sample.state === 'read' ? project.faces.placeOf(sample.id) : null;
  const box = sample.region?.kind === 'box' ? sample.region : null;
  const written = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    face: place === null ? '' : `${place.number}/${place.of}`,
    box_left: written(box?.left),
    box_top: written(box?.top),
    box_width: written(box?.width),
    box_height: written(box?.height),
  };
}

const EMPTY_MODEL_COLUMNS = {
  label_primary: '',
  label_corrected: '',
  confidence_primary: '',
  confidence_corrected: '',
  nearest_anchor: '',
  flag_score: '',
  issues: '',
  face_quality: '',
  trained_on: '',
};

function modelColumns(source: ExportSource, sample: Sample) {
  const { project, run, reader, classNames } = source;
  const nothing = { flagged: false, score: 0, suggested: null, columns: EMPTY_MODEL_COLUMNS };
  if (sample.state !== 'read' || run === null || reader === null) return nothing;
  if (source.seenBy?.withoutReadings) return nothing;
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
    flagged: score !== null && score >= project.flaggedAt,
    score: score ?? 0,
    suggested: suggestionAt(project.flaggedAt, score, {
      given: sample.givenClass,
      alternative: flag.alternativeClass,
      suggested: flag.suggestedClass,
    }),
    columns: {
      label_primary: labelOf(reading.primary),
      label_corrected: labelOf(reading.corrected),
      confidence_primary: reading.confidencePrimary.toFixed(4),
      confidence_corrected: reading.confidenceCorrected.toFixed(4),
      nearest_anchor: anchor === undefined ? '' : `${reader.nameOfModelClass(anchor.classIndex)}#${anchor.k}`,
      flag_score: score === null ? '' : score.toFixed(4),
      issues: issuesOf(project.issues.byId(sample.id)).join(';'),
      face_quality: reading.faceQuality?.toFixed(4) ?? '',
      trained_on: flag.trainedOn ?? '',
    },
  };
}

function nameOf(classNames: readonly string[], label: number | null): string {
  return label === null ? '' : (classNames[label] ?? '');
}

/** Free text that a spreadsheet would run as a formula gets a leading apostrophe; a negative number does not. */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
}
