import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { AppError, errorMessage } from '../../../domain/errors.ts';
import { type DatasetPlace, regularFileStream } from '../../files/index.ts';
import { extensionOf } from '../recognition/fileKinds.ts';
import type { ByteSpan } from '../recognition/layout.ts';
import { cellSpans, recordSpans } from './cellSpans.ts';
import {
  cellsOf,
  chooseDelimiter,
  isAligned,
  isAside,
  PARSER_OPTIONS,
  type TableDialect,
} from './tableDialect.ts';
import { guessEncoding, readStart } from './textEncoding.ts';

export type { TableDialect } from './tableDialect.ts';

import { lineOfBadByte } from './textWindow.ts';

/** The start of a table. */
export interface SniffedTable {
  dialect: TableDialect;
  /** The header among them, if there is one. */
  rows: string[][];
  /** Of the whole file. */
  sizeBytes: number;
}

/**
 * Looks at the start of a text file.
 *
 * @param words what its names may hold that is not ASCII, to tell its encoding by
 * @returns its dialect and first rows (the header among them), or null where it is no table of two columns.
 * @throws AppError `table-invalid` where the file cannot be opened.
 */
export async function sniffTable(
  file: string,
  place: DatasetPlace | null = null,
  words?: ReadonlySet<string>,
): Promise<SniffedTable | null> {
  const { bytes, sizeBytes } = await readStart(file, place).catch((error: unknown) => {
    throw invalidTable(file, error);
  });
  const encoding = guessEncoding(bytes, words);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) return null;
  const sample = sizeBytes <= bytes.length ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const best = chooseDelimiter(sample, /^(txt|lst)$/.test(extensionOf(file)));
  if (best === null) return null;
  const { delimiter, width, rows } = best;
  return { dialect: { encoding, delimiter, width, isAligned: isAligned(delimiter) }, rows, sizeBytes };
}

/** A row of a table, with its position in the file. */
export interface TableRow {
  cells: string[];
  /** Line of its end, counted from 1. */
  line: number;
  /** Bytes to take away so that the row is gone; in a file that is no UTF-8, of its text as UTF-8. */
  row: ByteSpan;
  /** Bytes of a cell, quotes included; null where they are not certain. */
  cell(column: number): ByteSpan | null;
}

/**
 * All rows of a table, including the header, unchanged; streamed.
 *
 * @param strict whether rows of another width and stray quotes are errors
 * @param place of a dataset's own table
 * @throws AppError `table-invalid` with the line.
 */
export async function* readTableRows(
  file: string,
  dialect: TableDialect,
  strict = false,
  place: DatasetPlace | null = null,
): AsyncGenerator<TableRow> {
  const relaxed = !strict;
  const parser = parse({
    ...PARSER_OPTIONS,
    relax_column_count: relaxed,
    relax_quotes: relaxed,
    delimiter: dialect.delimiter,
    info: true,
  });
  const kept = new KeptBytes();
  // The parser is destroyed with whatever goes wrong, so the loop below throws it.
  const decode = strict ? onlyUtf8(file) : decodeChunks(dialect.encoding);
  const source = await regularFileStream(file, place).catch((error: unknown) => {
    throw invalidTable(file, error);
  });
  pipeline(source, decode, kept.keep, parser, () => {});
  let at = 0;
  let index = 0;
  try {
    for await (const { record, info } of parser) {
      const { bytes: end, lines } = info as { bytes: number; lines: number };
      const cells = cellsOf(record as string[], dialect.isAligned);
      const bytes = kept.take(at, end);
      if (!isAside(cells, index++, dialect)) yield toRow(cells, lines, bytes, at, dialect);
      at = end;
    }
  } catch (error) {
    throw invalidTable(file, error);
  }
}

function toRow(
  cells: string[],
  line: number,
  bytes: Uint8Array,
  offset: number,
  { delimiter, isAligned: aligned }: TableDialect,
): TableRow {
  const { content, row } = recordSpans(bytes);
  const shift = ({ start, end }: ByteSpan) => ({ start: start + offset, end: end + offset });
  return {
    cells,
    line,
    row: shift(row),
    cell: (column) => {
      const all = cellSpans(bytes, content, aligned ? ' ' : delimiter);
      const spans = aligned ? wordSpans(all, delimiter.length) : all;
      const span = spans[column];
      return span === undefined || spans.length !== cells.length ? null : shift(span);
    },
  };
}

/** Cells that are aligned with at least so many spaces, of the words between single spaces. */
function wordSpans(spans: readonly ByteSpan[], spaces: number): ByteSpan[] {
  const cells: ByteSpan[] = [];
  for (const span of spans) {
    if (span.start === span.end) continue;
    const before = cells.at(-1);
    if (before !== undefined && span.start - before.end < spaces) before.end = span.end;
    else cells.push({ ...span });
  }
  return cells;
}

/** The bytes passed to a parser whose rows were not taken yet. */
class KeptBytes {
  #chunks: Buffer[] = [];
  #start = 0;

  readonly keep = async function* (this: KeptBytes, chunks: AsyncIterable<Buffer | string>) {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk as Buffer);
      this.#chunks.push(bytes);
      yield bytes;
    }
  }.bind(this);

  take(from: number, to: number): Uint8Array {
    while (this.#chunks.length > 0 && this.#start + (this.#chunks[0] as Buffer).length <= from) {
      this.#start += (this.#chunks.shift() as Buffer).length;
    }
    const [first] = this.#chunks;
    if (first !== undefined && this.#start + first.length >= to) {
      return first.subarray(from - this.#start, to - this.#start);
    }
    return Buffer.concat(this.#chunks).subarray(from - this.#start, to - this.#start);
  }
}

function decodeChunks(encoding: TableDialect['encoding']) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | string> {
    if (encoding === 'utf-8') return yield* chunks;
    const decoder = new TextDecoder(encoding, { ignoreBOM: true });
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  };
}

/** Bytes as they are, as long as they are UTF-8. */
function onlyUtf8(file: string) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    let lines = 0;
    for await (const chunk of chunks) {
      try {
        decoder.decode(chunk, { stream: true });
      } catch {
        throw new AppError(
          'table-invalid',
          `${file} line ${lines + lineOfBadByte(chunk)}: it is not in UTF-8`,
          'Nothing was imported. Save the file as UTF-8, or download it again.',
        );
      }
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) lines += 1;
      yield chunk;
    }
  };
}

function invalidTable(file: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const isUnclosed =
    cause instanceof CsvError && ['CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED'].includes(cause.code);
  const message = isUnclosed
    ? `${file}: a quoted value is not closed (${errorMessage(cause)})`
    : `${file} cannot be read: ${errorMessage(cause)}`;
  return new AppError('table-invalid', message, 'Correct the table in a spreadsheet or text editor.', {
    cause,
  });
}
