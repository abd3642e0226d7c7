import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OutputFile } from './writeOutput.ts';

/** A text file as its parts, for a preview that shows and counts its entries. */
export interface ExportedText {
  /** How a preview shows it: `table` for CSV, else as text. */
  shape: 'table' | 'lines';
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

export const CSV = 'text/csv; charset=utf-8';
const ENTRIES_PER_CHUNK = 200;

export function textFile(fileName: string, mediaType: string, text: ExportedText): Exported {
  return { kind: 'file', fileName, mediaType, chunks: chunksOf(text), text };
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
