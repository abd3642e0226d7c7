import type { TextFormat } from './format.ts';
import type { OutputFile } from './writeOutput.ts';

/** A text file as its parts, for a preview that shows and counts its entries. */
export interface ExportedText {
  shape: TextFormat['shape'];
  head: string;
  entries: AsyncIterable<string> | Iterable<string>;
  separator: string;
  tail: string;
  /** What one entry is. */
  unit: 'row' | 'move';
}

/** One file with its name, or a folder of files. Can be iterated once. */
export type Exported =
  | {
      kind: 'file';
      fileName: string;
      mediaType: string;
      chunks: AsyncIterable<Uint8Array | string>;
      /** Null for a file of the source's own form. */
      text: ExportedText | null;
    }
  | { kind: 'folder'; files: AsyncIterable<OutputFile> };
