import type { ExportRequest } from '../../shared/api.ts';
import type { Vote } from '../../shared/votes.ts';
import type { Sample, SampleMetadata } from '../project/index.ts';
import type { CleanedSample } from './cleanedRows.ts';

/** What a format may need to know beside the rows. */
export interface ExportContext {
  datasetName: string;
  /** In the dataset's own spelling and order. */
  classNames: readonly string[];
  /** Names of the further columns of the source. */
  metadataColumns: readonly string[];
  metadataOf(sampleId: number): SampleMetadata;
  /** What annotators say of an image, as far as whoever exports may see it. */
  votesOf(sample: Sample): Vote[];
}

/** A way to write the cleaned labels as one text file. */
export interface TextFormat {
  title: string;
  /** What it is for, one sentence. */
  description: string;
  /** With its point. */
  extension: string;
  mediaType: string;
  /** Whether rows without a clean label are in it, or left out. */
  holdsExcluded: boolean;
  /** Whether it names image files, so that a picture within a table cannot be in it. */
  namesFiles: boolean;
  /** The file in chunks. */
  write(samples: Iterable<CleanedSample>, context: ExportContext): Iterable<string>;
}

/** The label that stands, for a format that has no other columns; null where there is none. */
export function labelOf({ row }: CleanedSample): string | null {
  return row.label_clean === '' ? null : row.label_clean;
}

/** Images that are to be in a training set: those with a label, and excluded ones only where asked for. */
export function* labelledSamples(
  samples: Iterable<CleanedSample>,
  { excluded }: ExportRequest,
): Generator<CleanedSample> {
  for (const cleaned of samples) {
    const { row } = cleaned;
    if (labelOf(cleaned) !== null) yield cleaned;
    else if (row.status === 'excluded' && excluded === 'keep' && row.label_given !== '') {
      yield { ...cleaned, row: { ...row, label_clean: row.label_given } };
    }
  }
}

/** Pieces of a list in brackets, one a line, with commas between them. */
export function* bracketed(open: string, items: Iterable<unknown>, close: string): Generator<string> {
  yield open;
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(item)}`;
    isFirst = false;
  }
  yield `\n${close}`;
}
