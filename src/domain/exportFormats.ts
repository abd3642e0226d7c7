import { z } from 'zod';

/** The formats of an export, in the order in which they are offered; src/main/export/formats writes them. */
export const EXPORT_FORMATS = [
  'csv',
  'source',
  'jsonl',
  'moves',
  'tree',
  'imagefolder',
  'fer-plus',
  'fiftyone',
  'label-studio',
  'pytorch',
] as const;
export const exportFormatSchema = z.enum(EXPORT_FORMATS);
export type ExportFormatId = z.infer<typeof exportFormatSchema>;

/** A format as a screen offers it. */
export interface ExportFormatChoice {
  id: ExportFormatId;
  title: string;
  /** Its purpose, one sentence. */
  description: string;
  /** Whether a file comes out, or a folder of files. */
  output: 'file' | 'folder';
  /** Of the file, with its point; '' for a folder. */
  extension: string;
  /** Why it cannot be had of this dataset, or null. */
  refusal: string | null;
}
