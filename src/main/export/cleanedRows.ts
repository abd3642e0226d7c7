import { wordRecord } from '../../domain/wordRecord.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Sample, SampleMetadata } from '../project/index.ts';
import { type CleanedRow, rowOf } from './exportColumns.ts';
import { type ExportSource, metadataColumns } from './exportSource.ts';
import { rowFacts } from './rowFacts.ts';
import { seenSample } from './seenBy.ts';

/** An image in an export: its row, the row's inputs, and the dataset's own columns. */
export interface CleanedSample {
  sample: Sample;
  row: CleanedRow;
  metadata: SampleMetadata;
}

/** An image's label alone, for the dataset's own form. */
export type CleanedLabel = Pick<CleanedRow, 'image' | 'label_given' | 'label_clean' | 'status'>;

/** What an export is made from, in the source's order. Each part can be iterated once. */
export interface ExportRows {
  samples: Iterable<CleanedSample>;
  /** The same images by their labels alone. */
  labels: Iterable<CleanedLabel>;
  /** Every image, those that the request leaves out included. */
  images: Iterable<string>;
}

const NO_METADATA: SampleMetadata = wordRecord();

/** The rows that a project stores. */
export function storedRows(source: ExportSource, request: ExportRequest): ExportRows {
  return {
    samples: cleanedSamples(source, request),
    labels: labelsOf(cleanedSamples(source, request)),
    images: presentImages(source),
  };
}

/** The dataset's images in the source's order, or some of them, each with the label after the review. */
export function* cleanedSamples(
  source: ExportSource,
  request: ExportRequest,
  samples: Iterable<Sample> = source.project.samples.all(),
): Generator<CleanedSample> {
  const { project, seenBy } = source;
  const hasMetadata = metadataColumns(source).length > 0;
  for (const stored of samples) {
    if (stored.state === 'vanished') continue;
    const sample = seenSample(project, seenBy, stored);
    const facts = rowFacts(source, request, sample);
    if (facts === null) continue;
    const row = rowOf(facts, seenBy?.withoutPredictions === true);
    yield { sample, row, metadata: hasMetadata ? project.metadata.byId(sample.id) : NO_METADATA };
  }
}

function* labelsOf(samples: Iterable<CleanedSample>): Generator<CleanedLabel> {
  for (const { row } of samples) yield row;
}

function* presentImages({ project }: ExportSource): Generator<string> {
  for (const { image, state } of project.samples.all()) if (state !== 'vanished') yield image;
}

/** Whether the label of this row differs from the dataset's, or was removed. */
export function isChanged({ label_given, label_clean, status }: CleanedRow): boolean {
  return label_clean !== label_given || status === 'excluded';
}
