import { basename } from 'node:path';
import type { ExportRequest } from '../../shared/api.ts';
import { AppError } from '../../shared/errors.ts';
import {
  type CleanedRow,
  type CleanedSample,
  cleanedColumns,
  cleanedCsv,
  cleanedSamples,
  type ExportContext,
  type ExportSource,
  labelledSamples,
  metadataColumns,
  namedVotes,
  type OutputFile,
  textFormats,
} from '../export/index.ts';
import { classTree } from './classTreeExport.ts';
import { describeFormat, layoutOf } from './exportChoices.ts';
import { movesOf, oneOrMany, sourceFiles } from './sourceExport.ts';

/** One file with its name, or a folder of files. */
export type Exported =
  | { kind: 'file'; fileName: string; mediaType: string; chunks: AsyncIterable<Uint8Array | string> }
  | { kind: 'folder'; files: AsyncIterable<OutputFile> };

const CSV = 'text/csv; charset=utf-8';

/**
 * What a request writes; `onRow` sees each row of it when it comes.
 * @throws AppError `bad-request` for a format that this dataset does not have
 */
export async function exportDataset(
  source: ExportSource,
  request: ExportRequest,
  onRow: (row: CleanedRow) => void = () => {},
): Promise<Exported> {
  const { refusal } = describeFormat(request.format, layoutOf(source));
  if (refusal !== null) throw new AppError('bad-request', refusal, 'Choose another format.');
  const text = textFormats[request.format];
  const samples = tell(cleanedSamples(source, request), onRow);
  const stem = `${basename(folderOf(source))}-cleaned`;
  if (request.format === 'csv') {
    const chunks = cleanedCsv(rowsOf(samples), cleanedColumns(source));
    return { kind: 'file', fileName: `${stem}.csv`, mediaType: CSV, chunks };
  }
  if (text !== undefined) {
    const held = text.holdsExcluded ? samples : labelledSamples(samples, request);
    const chunks = gently(text.write(held, contextOf(source)));
    return { kind: 'file', fileName: stem + text.extension, mediaType: text.mediaType, chunks };
  }
  if (request.format === 'tree')
    return { kind: 'folder', files: classTree(labelledSamples(samples, request), folderOf(source)) };
  if (request.what !== 'all') {
    throw new AppError('bad-request', 'the source is written with all of its rows', 'Export everything.');
  }
  const files = sourceFiles(source, samples, request);
  if (request.format === 'moves') {
    const chunks = movesOf(files, folderOf(source));
    return { kind: 'file', fileName: `${stem}-moves.csv`, mediaType: CSV, chunks };
  }
  return oneOrMany(files, stem);
}

function folderOf({ project }: ExportSource): string {
  return project.dataset.read()?.folder ?? '';
}

function contextOf(source: ExportSource): ExportContext {
  return {
    datasetName: basename(folderOf(source)),
    classNames: source.classNames,
    metadataColumns: metadataColumns(source),
    metadataOf: (id) => source.project.metadata.byId(id),
    votesOf: (sample) => namedVotes(source, sample),
  };
}

function* tell(samples: Iterable<CleanedSample>, onRow: (row: CleanedRow) => void): Generator<CleanedSample> {
  for (const cleaned of samples) {
    onRow(cleaned.row);
    yield cleaned;
  }
}

function* rowsOf(samples: Iterable<CleanedSample>): Generator<CleanedRow> {
  for (const { row } of samples) yield row;
}

async function* gently(chunks: Iterable<string>): AsyncGenerator<string> {
  let count = 0;
  for (const chunk of chunks) {
    yield chunk;
    if (++count % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
