import { setImmediate as nextTurn } from 'node:timers/promises';
import { STATUSES, type Status } from '../../domain/verdicts.ts';
import { DEFAULT_SCORE, type ScoreId } from '../../labelQuality/scores/index.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import { type CleanedLabel, cleanedSamples, type ExportRows } from './cleanedRows.ts';
import { type CleanLabel, cleanLabel, type ReviewedLabel } from './cleanLabel.ts';
import type { ExportFormat } from './exportFormat.ts';
import { type ExportSource, nameOf } from './exportSource.ts';
import { type ExportTally, newTally } from './exportTally.ts';
import { exportFormats } from './formats/index.ts';
import { hasFile } from './labelledSamples.ts';

/** All images' labels in memory, as the person who exports may see them; -1 for no class. */
interface PreviewColumns {
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

interface PreviewRows {
  /** The first images of the output, and the labels of all. */
  rows: ExportRows;
  /** Of the whole output; null where only writing it can count them. */
  entries: number | null;
  /** Images of the whole output by the fate of their label. */
  statuses: ExportTally['statuses'];
  /** Flagged and without a decision. */
  unreviewedFlags: number;
}

const ROWS_BETWEEN_TURNS = 50_000;
const UNDECIDED = { verdict: null, decided: null };

/**
 * The beginning of an export, and its size. Labels are counted in memory: predictions are read only of the images that are
 * shown.
 */
export async function previewRows(
  source: ExportSource,
  columns: PreviewColumns,
  request: ExportRequest,
  shown: number,
): Promise<PreviewRows> {
  const { samples } = source.project;
  const format = exportFormats[request.format];
  const tally = newTally();
  const first: number[] = [];
  let unreviewedFlags = 0;
  for (let row = 0; row < columns.size; row++) {
    if (row % ROWS_BETWEEN_TURNS === ROWS_BETWEEN_TURNS - 1) await nextTurn();
    const before = labelAt(source, columns, row);
    if (before.flagged && before.verdict === null) unreviewedFlags++;
    const label = cleanLabel(request, before);
    if (label === null || !isWritten(format, source, columns, request, row, label)) continue;
    tally.entries++;
    tally.statuses[label.status]++;
    if (first.length < shown) first.push(columns.id[row] as number);
  }
  const stored = first.flatMap((id) => samples.byId(id) ?? []);
  return {
    rows: {
      samples: cleanedSamples(source, request, stored),
      labels: labelRows(source, columns, request),
      images: images(columns),
    },
    entries: format.entries === 'images' ? tally.entries : null,
    statuses: tally.statuses,
    unreviewedFlags,
  };
}

function labelAt({ seenBy }: ExportSource, columns: PreviewColumns, row: number): ReviewedLabel {
  const sampleId = columns.id[row] as number;
  const score = columns.scores[DEFAULT_SCORE][row] as number;
  return {
    given: classOf(columns.given[row]),
    ...(seenBy?.openRound.has(sampleId) ? UNDECIDED : decisionAt(columns, row)),
    flagged: columns.isFlagged(row),
    score: Number.isNaN(score) ? 0 : score,
    suggested: classOf(columns.suggested[row]),
  };
}

function decisionAt({ status, label }: PreviewColumns, row: number) {
  const word = STATUSES[status[row] as number] as Status;
  return { verdict: word === 'unreviewed' ? null : word, decided: classOf(label[row]) };
}

function classOf(code: number | undefined): number | null {
  return code === undefined || code === -1 ? null : code;
}

/** Formats without a column for it leave out images without a label, or without a file. */
function isWritten(
  { holdsExcluded, needsFile }: ExportFormat,
  { project }: ExportSource,
  columns: PreviewColumns,
  request: ExportRequest,
  row: number,
  { status, clean }: CleanLabel,
): boolean {
  const keepsGiven = status === 'excluded' && request.excluded === 'keep' && columns.given[row] !== -1;
  if (!holdsExcluded && clean === null && !keepsGiven) return false;
  if (!needsFile || columns.unreadable[row] === 0) return true;
  const sample = project.samples.byId(columns.id[row] as number);
  return sample !== null && hasFile(sample);
}

function* labelRows(
  source: ExportSource,
  columns: PreviewColumns,
  request: ExportRequest,
): Generator<CleanedLabel> {
  for (let row = 0; row < columns.size; row++) {
    const before = labelAt(source, columns, row);
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

function* images(columns: PreviewColumns): Generator<string> {
  for (let row = 0; row < columns.size; row++) yield columns.image(row);
}
