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

const NO_METADATA: SampleMetadata = wordRecord();

/** The dataset's images in the source's order, each with the label after the review. */
export function* cleanedSamples(source: ExportSource, request: ExportRequest): Generator<CleanedSample> {
  const { project, seenBy } = source;
  const hasMetadata = metadataColumns(source).length > 0;
  for (const stored of project.samples.all()) {
    if (stored.state === 'vanished') continue;
    const sample = seenSample(project, seenBy, stored);
    const facts = rowFacts(source, request, sample);
    if (facts === null) continue;
    const row = rowOf(facts, seenBy?.withoutReadings === true);
    yield { sample, row, metadata: hasMetadata ? project.metadata.byId(sample.id) : NO_METADATA };
  }
}

/** Whether the label of this row differs from the dataset's, or was removed. */
export function isChanged({ label_given, label_clean, status }: CleanedRow): boolean {
  return label_clean !== label_given || status === 'excluded';
}
