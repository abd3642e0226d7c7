import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import { AppError, errorMessage } from '../../shared/errors.ts';
import { extensionOf } from './fileKinds.ts';

/** How a table is written. */
export interface TableDialect {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  delimiter: string;
}

const SAMPLE_BYTES = 256 * 1024;
const SAMPLE_ROWS = 300;
/** A quote that is never closed would otherwise swallow the rest of the file. */
const LONGEST_RECORD = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];

const PARSER_OPTIONS = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: LONGEST_RECORD,
} satisfies Options;

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
 * @returns its dialect and first rows (the header among them), or null where it is no table of two columns.
 * @throws AppError `table-invalid` where the file cannot be opened.
 */
export async function sniffTable(file: string): Promise<SniffedTable | null> {
  const { bytes, sizeBytes } = await readStart(file);
  const encoding = guessEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0')) return null;
  const sample = sizeBytes <= bytes.length ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  const trials = [...DELIMITERS, ...(/^(txt|lst)$/.test(extensionOf(file)) ? [' '] : [])].map((delimiter) => {
    const rows = parseStart(sample, delimiter);
    const width = commonest(rows.map((row) => row.length));
    const agreeing = rows.filter((row) => row.length === width).length / Math.max(1, rows.length);
    return { delimiter, rows, width, agreeing };
  });
  const tables = trials.filter((trial) => trial.width >= 2 && trial.agreeing >= 0.7);
  const regular = tables.filter((trial) => trial.agreeing >= 0.9);
  const [best] = (regular.length > 0 ? regular : tables).sort((a, b) => b.width - a.width);
  if (best === undefined) return null;
  return { dialect: { encoding, delimiter: best.delimiter }, rows: best.rows, sizeBytes };
}

/**
 * All rows of a table, the header among them, as they stand in the file; streamed.
 *
 * @throws AppError `table-invalid` with the line.
 */
export async function* readTableRows(file: string, dialect: TableDialect): AsyncGenerator<string[]> {
  const parser = parse({ ...PARSER_OPTIONS, delimiter: dialect.delimiter });
  // The parser is destroyed with whatever goes wrong, so the loop below throws it.
  pipeline(createReadStream(file), decodeChunks(dialect.encoding), parser, () => {});
  try {
    for await (const row of parser) yield row as string[];
  } catch (error) {
    throw invalidTable(file, error);
  }
}

function decodeChunks(encoding: TableDialect['encoding']) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | string> {
    if (encoding === 'utf-8') return yield* chunks;
    const decoder = new TextDecoder(encoding);
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  };
}

async function readStart(file: string): Promise<{ bytes: Buffer; sizeBytes: number }> {
  try {
    await using handle = await open(file);
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.min(size, SAMPLE_BYTES)) });
    return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size };
  } catch (error) {
    throw invalidTable(file, error);
  }
}

function guessEncoding(bytes: Buffer): TableDialect['encoding'] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  try {
    // `stream`: the sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** The first rows, as far as they can be parsed. */
function parseStart(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const keep = (row: string[]) => {
    rows.push(row);
    return null;
  };
  try {
    parseText(text, { ...PARSER_OPTIONS, delimiter, to: SAMPLE_ROWS, on_record: keep });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return rows;
}

function commonest(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function invalidTable(file: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const isUnclosed =
    cause instanceof CsvError && ['CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED'].includes(cause.code);
  const message = isUnclosed
    ? `${file}: a quoted value is never closed (${errorMessage(cause)})`
    : `${file} cannot be read: ${errorMessage(cause)}`;
  return new AppError('table-invalid', message, 'Correct the table in a spreadsheet or text editor.', {
    cause,
  });
}
