import { setImmediate as nextTurn } from 'node:timers/promises';
import { STATUSES, type Status } from '../../domain/verdicts.ts';
import { DEFAULT_SCORE, type ScoreId } from '../../labelQuality/scores/index.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import { cleanedSamples, type ExportRows, type LabelRow } from './cleanedRows.ts';
import { type CleanLabel, cleanLabel, type ReviewedLabel } from './cleanLabel.ts';
import { type ExportTally, newTally } from './exportDataset.ts';
import { type ExportSource, nameOf } from './exportSource.ts';
import { hasFile } from './format.ts';
import { seenSample } from './seenBy.ts';
import { textFormats } from './textFormats.ts';

/** All images' labels in memory, as the person who exports may see them; -1 for no class. */
export interface LabelColumns {
  readonly size: number;
  readonly id: Int32Array;
  readonly given: Int16Array;
  /** After the decision. */
  readonly label: Int16Array;
  readonly suggested: Int16Array;
  /** Index into STATUSES. */
  readonly status: Uint8Array;
  readonly unreadable: Uint8Array;
  readonly scores: Readonly<Record<ScoreId, Float32Array>>;
  isFlagged(row: number): boolean;
  image(row: number): string;
}

/** What a preview needs in addition to the source. */
export interface PreviewSource {
  columns: LabelColumns;
  /** Whether the columns hide an earlier decision, because a round asks for it again. */
  isAskedAgain(sampleId: number): boolean;
}

export interface PreviewRows {
  /** The first images of the output, and the labels of all. */
  rows: ExportRows;
  /** Images of the whole output. */
  tally: ExportTally;
  /** Flagged and without a decision. */
  unreviewedFlags: number;
}

const ROWS_BETWEEN_TURNS = 50_000;

/**
 * The beginning of an export, and its size. Labels are counted in memory: predictions are read only of the images that are
 * shown.
 */
export async function previewRows(
  source: ExportSource,
  preview: PreviewSource,
  request: ExportRequest,
  shown: number,
): Promise<PreviewRows> {
  const { columns } = preview;
  const { samples } = source.project;
  const tally = newTally();
  const first: number[] = [];
  let unreviewedFlags = 0;
  for (let row = 0; row < columns.size; row++) {
    if (row % ROWS_BETWEEN_TURNS === ROWS_BETWEEN_TURNS - 1) await nextTurn();
    const before = labelAt(source, preview, row);
    if (before.flagged && before.verdict === null) unreviewedFlags++;
    const label = cleanLabel(request, before);
    if (label === null || !isWritten(source, columns, request, row, label)) continue;
    tally.entries++;
    tally.statuses[label.status]++;
    if (first.length < shown) first.push(columns.id[row] as number);
  }
  const stored = first.flatMap((id) => samples.byId(id) ?? []);
  return {
    rows: {
      samples: cleanedSamples(source, request, stored),
      labels: labelRows(source, preview, request),
      images: images(columns),
    },
    tally,
    unreviewedFlags,
  };
}

function labelAt(source: ExportSource, { columns, isAskedAgain }: PreviewSource, row: number): ReviewedLabel {
  const sampleId = columns.id[row] as number;
  const score = columns.scores[DEFAULT_SCORE][row] as number;
  return {
    given: classOf(columns.given[row]),
    ...(isAskedAgain(sampleId) ? storedDecision(source, sampleId) : decisionAt(columns, row)),
    flagged: columns.isFlagged(row),
    score: Number.isNaN(score) ? 0 : score,
    suggested: classOf(columns.suggested[row]),
  };
}

function decisionAt({ status, label }: LabelColumns, row: number) {
  const word = STATUSES[status[row] as number] as Status;
  return { verdict: word === 'unreviewed' ? null : word, decided: classOf(label[row]) };
}

function storedDecision({ project, seenBy }: ExportSource, sampleId: number) {
  const stored = project.samples.byId(sampleId);
  const sample = stored === null ? null : seenSample(project, seenBy, stored);
  return { verdict: sample?.currentVerdict ?? null, decided: sample?.currentClass ?? null };
}

function classOf(code: number | undefined): number | null {
  return code === undefined || code === -1 ? null : code;
}

/** Formats without a column for it leave out images without a label, or without a file. */
function isWritten(
  { project }: ExportSource,
  columns: LabelColumns,
  request: ExportRequest,
  row: number,
  { status, clean }: CleanLabel,
): boolean {
  const format = textFormats[request.format];
  const isTree = request.format === 'tree';
  const needsLabel = isTree || format?.holdsExcluded === false;
  const needsFile = isTree || format?.needsFile === true;
  const keepsGiven = status === 'excluded' && request.excluded === 'keep' && columns.given[row] !== -1;
  if (needsLabel && clean === null && !keepsGiven) return false;
  if (!needsFile || columns.unreadable[row] === 0) return true;
  const sample = project.samples.byId(columns.id[row] as number);
  return sample !== null && hasFile(sample);
}

function* labelRows(
  source: ExportSource,
  preview: PreviewSource,
  request: ExportRequest,
): Generator<LabelRow> {
  const { columns } = preview;
  for (let row = 0; row < columns.size; row++) {
    const before = labelAt(source, preview, row);
    const label = cleanLabel(request, before);
    if (label === null) continue;
    yield {
      image: columns.image(row),
      label_given: nameOf(source.classNames, before.given),
      label_clean: nameOf(source.classNames, label.clean),
      status: label.status,
    };
  }
}

function* images(columns: LabelColumns): Generator<string> {
  for (let row = 0; row < columns.size; row++) yield columns.image(row);
}
