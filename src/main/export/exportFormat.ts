import type { ExportFormatChoice } from '../../domain/exportFormats.ts';
import type { ExportRequest } from '../../protocol/api.ts';
import type { Layout } from '../dataset/index.ts';
import type { Pictures } from '../decoding/index.ts';
import type { ExportRows } from './cleanedRows.ts';
import type { Exported } from './exported.ts';
import type { ExportSource } from './exportSource.ts';
import type { ExportTally } from './exportTally.ts';

/** What a format is for a dataset: all of a choice but its id, which the registry gives. */
export type FormatDescription = Omit<ExportFormatChoice, 'id'>;

/** What a format makes its output from. */
export interface ExportJob {
  source: ExportSource;
  request: ExportRequest;
  rows: ExportRows;
  /** Filled while the output is iterated. */
  tally: ExportTally;
  /** The dataset's folder, absolute. */
  folder: string;
  /** A name for the output, without extension. */
  stem: string;
  /** Decodes images for formats that write pixels; without it such a format starts processes for that. */
  pictures?: Pictures | undefined;
}

/** A way to write the cleaned labels. */
export interface ExportFormat {
  describe(layout: Layout): FormatDescription;
  /** Whether it includes images without a clean label. */
  holdsExcluded: boolean;
  /** Whether an image without a file is left out. */
  needsFile: boolean;
  /** What its entries are: each image of the export, or something that only writing it can count. */
  entries: 'images' | 'other';
  write(job: ExportJob): Exported | Promise<Exported>;
}
