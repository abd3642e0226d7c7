import type { Emotion } from '../../domain/emotions.ts';
import type { Vote } from '../../domain/votes.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Sample } from '../project/index.ts';
import type { CleanedSample } from './cleanedRows.ts';

/** What a format may need in addition to the rows. */
export interface ExportContext {
  datasetName: string;
  /** In the dataset's own spelling and order. */
  classNames: readonly string[];
  /** Names of the further columns of the source. */
  metadataColumns: readonly string[];
  /** The meaning of a class of the dataset, by its mapping or its name; null if it is no emotion. */
  emotionOfClass(name: string): Emotion | null;
  /** The annotators' decisions on an image, as far as the person who exports may see them. */
  votesOf(sample: Sample): Vote[];
}

/** A text file in parts: its beginning, an entry for each image, the separator, and its end. */
export interface TextParts {
  head: string;
  /** Null for an image that is not in the file. */
  entry(cleaned: CleanedSample): string | null;
  separator: string;
  tail: string;
}

/** A way to write the cleaned labels as one text file. */
export interface TextFormat {
  title: string;
  /** Its purpose, one sentence. */
  description: string;
  /** With its point. */
  extension: string;
  mediaType: string;
  /** Whether it includes rows without a clean label. */
  holdsExcluded: boolean;
  /** Whether it names image files, so that a picture within a table cannot be in it. */
  namesFiles: boolean;
  /** Whether an image without a file is left out. */
  needsFile: boolean;
  /** How a preview shows it: `table` for CSV, else as text. */
  shape: 'table' | 'lines';
  begin(context: ExportContext): TextParts;
}

/** The label that counts, for a format that has no other columns; null if there is none. */
export function labelOf({ row }: Pick<CleanedSample, 'row'>): string | null {
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

/** Whether there is a file to name or to copy. */
export function hasFile({ path, problem }: Pick<Sample, 'path' | 'problem'>): boolean {
  return path !== '' && problem !== 'file not found';
}

/** One JSON object a line. */
export function jsonLines(toJson: (cleaned: CleanedSample) => unknown): TextParts {
  return { head: '', entry: (cleaned) => `${JSON.stringify(toJson(cleaned))}\n`, separator: '', tail: '' };
}

/** One JSON document with a list, an item a line. */
export function jsonList(
  open: string,
  close: string,
  toJson: (cleaned: CleanedSample) => unknown,
): TextParts {
  return {
    head: `${open}\n`,
    entry: (cleaned) => JSON.stringify(toJson(cleaned)),
    separator: ',\n',
    tail: `\n${close}`,
  };
}
