import type { ExportFormatId } from '../../domain/exportFormats.ts';
import type { TextFormat } from './format.ts';
import { csv } from './formats/csv.ts';
import { ferPlusVotes } from './formats/ferPlusVotes.ts';
import { fiftyOne } from './formats/fiftyOne.ts';
import { imageFolder } from './formats/imageFolder.ts';
import { jsonl } from './formats/jsonl.ts';
import { labelStudio } from './formats/labelStudio.ts';
import { pytorch } from './formats/pytorch.ts';

/** Formats that are not one text made from the rows: see exportDataset. */
type OtherFormatId = 'source' | 'moves' | 'tree';

const TEXT_FORMATS: Record<Exclude<ExportFormatId, OtherFormatId>, TextFormat> = {
  csv,
  jsonl,
  imagefolder: imageFolder,
  'fer-plus': ferPlusVotes,
  fiftyone: fiftyOne,
  'label-studio': labelStudio,
  pytorch,
};

/** The formats that need nothing but the rows: a new one is a file and a line here. */
export const textFormats: Partial<Record<ExportFormatId, TextFormat>> = TEXT_FORMATS;
