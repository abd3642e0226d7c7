import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Pictures } from '../decoding/index.ts';
import { datasetPlace } from '../opened/index.ts';
import { classEmotions } from './classEmotions.ts';
import { classTree } from './classTreeExport.ts';
import { type CleanedLabel, type CleanedSample, type ExportRows, storedRows } from './cleanedRows.ts';
import type { ExportStatus } from './cleanLabel.ts';
import { describeFormat, layoutOf } from './exportChoices.ts';
import type { Exported, ExportedText } from './exported.ts';
import { type ExportSource, metadataColumns } from './exportSource.ts';
import { type ExportContext, hasFile, labelledSamples } from './format.ts';
import { movesCsv } from './formats/moves.ts';
import { namedVotes } from './namedVote.ts';
import { movesOf, oneOrMany, sourceFiles } from './sourceExport.ts';
import { textFormats } from './textFormats.ts';
import type { OutputFile } from './writeOutput.ts';

/** The totals of an export, counted while it is iterated. */
export interface ExportTally {
  /** Rows, moves or files. */
  entries: number;
  /** Images of the export by the fate of their label. */
  statuses: Record<ExportStatus, number>;
}

export function newTally(): ExportTally {
  const statuses = { unreviewed: 0, kept: 0, relabelled: 0, excluded: 0, ambiguous: 0, auto: 0 };
  return { entries: 0, statuses };
}

const CSV = 'text/csv; charset=utf-8';
const ENTRIES_PER_CHUNK = 200;

/**
 * The output of a request.
 * @param tally filled while the result is iterated
 * @param pictures decodes images for formats that write pixels
 * @param rows what it is made from: all that the project stores, or for a preview the first of it
 * @throws AppError `bad-request` for a format that this dataset does not support
 */
export async function exportDataset(
  source: ExportSource,
  request: ExportRequest,
  tally: ExportTally = newTally(),
  pictures?: Pictures,
  rows: ExportRows = storedRows(source, request),
): Promise<Exported> {
  const { refusal } = describeFormat(request.format, layoutOf(source));
  if (refusal !== null) throw new AppError('bad-request', refusal, 'Choose another format.');
  const format = textFormats[request.format];
  const folder = folderOf(source);
  const stem = `${basename(folder)}-cleaned`;
  if (format !== undefined) {
    const { mediaType, extension, shape } = format;
    const { head, entry, separator, tail } = format.begin(contextOf(source));
    const held = format.holdsExcluded ? rows.samples : labelledSamples(rows.samples, request);
    const text = {
      shape,
      head,
      entries: entriesOf(held, entry, tally),
      separator,
      tail,
      unit: 'row',
    } as const;
    return { kind: 'file', fileName: stem + extension, mediaType, chunks: chunksOf(text), text };
  }
  if (request.format === 'tree') {
    const labelled = labelledSamples(rows.samples, request).filter(({ sample }) => hasFile(sample));
    const files = classTree(counted(labelled, tally), datasetPlace(source.project, folder), pictures);
    return { kind: 'folder', files: countedFiles(files, tally) };
  }
  if (request.what !== 'all') {
    throw new AppError('bad-request', 'this format needs all rows', 'Choose every image.');
  }
  const labels = countedLabels(rows.labels, tally);
  const files = sourceFiles(source, { labels, images: rows.images }, request);
  if (request.format !== 'moves') return oneOrMany(countedFiles(files, tally), stem);
  const { head, entry } = movesCsv;
  const entries = countedMoves(movesOf(files, folder), entry, tally);
  const text = { shape: 'table', head, entries, separator: '', tail: '', unit: 'move' } as const;
  return { kind: 'file', fileName: `${stem}-moves.csv`, mediaType: CSV, chunks: chunksOf(text), text };
}

function folderOf({ project }: ExportSource): string {
  return project.dataset.read()?.folder ?? '';
}

function contextOf(source: ExportSource): ExportContext {
  const emotions = classEmotions(source);
  return {
    datasetName: basename(folderOf(source)),
    classNames: source.classNames,
    metadataColumns: metadataColumns(source),
    emotionOfClass: (name) => emotions.get(name) ?? null,
    votesOf: (sample) => namedVotes(source, sample),
  };
}

function* entriesOf(
  samples: Iterable<CleanedSample>,
  entryOf: (cleaned: CleanedSample) => string | null,
  tally: ExportTally,
): Generator<string> {
  for (const cleaned of samples) {
    const entry = entryOf(cleaned);
    if (entry === null) continue;
    tally.entries++;
    tally.statuses[cleaned.row.status]++;
    yield entry;
  }
}

function* counted(samples: Iterable<CleanedSample>, tally: ExportTally): Generator<CleanedSample> {
  for (const cleaned of samples) {
    tally.statuses[cleaned.row.status]++;
    yield cleaned;
  }
}

function* countedLabels(labels: ExportRows['labels'], tally: ExportTally): Generator<CleanedLabel> {
  for (const label of labels) {
    tally.statuses[label.status]++;
    yield label;
  }
}

async function* countedFiles(
  files: AsyncIterable<OutputFile>,
  tally: ExportTally,
): AsyncGenerator<OutputFile> {
  for await (const file of files) {
    tally.entries++;
    yield file;
  }
}

async function* countedMoves<Move>(
  moves: AsyncIterable<Move>,
  entryOf: (move: Move) => string,
  tally: ExportTally,
): AsyncGenerator<string> {
  for await (const move of moves) {
    tally.entries++;
    yield entryOf(move);
  }
}

/** The file in chunks, between which the process can do other work. */
async function* chunksOf({ head, entries, separator, tail }: ExportedText): AsyncGenerator<string> {
  let chunk = head;
  let count = 0;
  for await (const entry of entries) {
    chunk += count === 0 ? entry : separator + entry;
    if (++count % ENTRIES_PER_CHUNK !== 0) continue;
    yield chunk;
    chunk = '';
    await nextTurn();
  }
  yield chunk + tail;
}
