import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { guessEncoding } from '../dataset/index.ts';
import { openRegularFile, regularFileStream } from '../files/index.ts';

/** A table of labels: a file, or the text of one. */
export interface LabelTableSource {
  /** Its path, or its name in messages. */
  file: string;
  text?: string | undefined;
}

/** A row by the names of its columns, which are compared without case. */
export interface LabelRow {
  /** '' where the row ends before the column; undefined where the table has no such column. */
  cell(column: string): string | undefined;
  /** Of its end, counted from 1. */
  line: number;
}

const START_BYTES = 64 * 1024;
const CHARACTERS_PER_CHUNK = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];
/** All of them, as files are joined from several. */
const LINE_ENDS = ['\r\n', '\n', '\r'];
/** Without this limit an unclosed quote would swallow the rest of the file. */
const LONGEST_RECORD = 1 << 20;
/** Excel's own first line, which names the delimiter. */
const SEPARATOR_LINE = /^\ufeff?sep=(.)\r?\n?$/i;

/**
 * Parses a table of labels as people and spreadsheets save it: with commas, semicolons, tabs or bars, in
 * UTF-8 or UTF-16 with or without a byte-order mark, with additional columns, empty rows and empty cells at
 * the ends of rows.
 *
 * @param required names of columns that the header must have
 * @param take called with each row, in order; an error that it throws ends the parsing
 * @throws AppError `table-invalid` if the file cannot be read, or is no such table
 */
export async function readLabelTable(
  { file, text }: LabelTableSource,
  { required, hint }: { required: readonly string[]; hint: string },
  take: (row: LabelRow) => void,
): Promise<void> {
  try {
    const start = text === undefined ? await startOf(file) : Buffer.from(text.slice(0, START_BYTES));
    const encoding = text === undefined ? guessEncoding(start) : 'utf-8';
    const dialect = dialectOf(new TextDecoder(encoding).decode(start), required);
    if (dialect === null) {
      throw new AppError(
        'table-invalid',
        `${file} has no header with the columns ${required.join(', ')}`,
        hint,
      );
    }
    const parser = parse({
      bom: true,
      delimiter: dialect.delimiter,
      from_line: dialect.headerLine,
      info: true,
      max_record_size: LONGEST_RECORD,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      skip_empty_lines: true,
    });
    const chunks = text === undefined ? decoded(await regularFileStream(file), encoding) : slices(text);
    await pipeline(Readable.from(chunks), parser, rowsTo(take));
  } catch (error) {
    if (error instanceof AppError) throw error;
    const isCsv = error instanceof CsvError;
    const what = isCsv ? `is not a CSV file (${error.message})` : `cannot be read (${errorMessage(error)})`;
    throw new AppError('table-invalid', `${file} ${what}`, hint, { cause: error });
  }
}

/** Hands rows on by the names in the first of them. */
function rowsTo(take: (row: LabelRow) => void): Writable {
  let places: Map<string, number> | null = null;
  return new Writable({
    objectMode: true,
    write({ record, info }: { record: string[]; info: { lines: number } }, _, done) {
      try {
        if (places === null) places = placesOf(record);
        else if (record.some((cell) => cell !== '')) take(rowOf(record, places, info.lines));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function rowOf(record: readonly string[], places: ReadonlyMap<string, number>, line: number): LabelRow {
  return {
    line,
    cell(column) {
      const place = places.get(column);
      return place === undefined ? undefined : (record[place] ?? '');
    },
  };
}

/** Where each column is; of two with one name the first. */
function placesOf(header: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  for (const [place, name] of header.entries()) {
    const column = name.trim().toLowerCase();
    if (!places.has(column)) places.set(column, place);
  }
  return places;
}

/** The delimiter with which the header has the columns, and the line that it is on. */
function dialectOf(start: string, required: readonly string[]) {
  const [first = ''] = /^[^\n]*\n?/.exec(start) ?? [];
  const said = SEPARATOR_LINE.exec(first)?.[1];
  const headerLine = said === undefined ? 1 : 2;
  const text = said === undefined ? start : start.slice(first.length);
  for (const delimiter of said === undefined ? DELIMITERS : [said]) {
    const header = headerOf(text, delimiter);
    if (header !== null && required.every((column) => header.has(column))) return { delimiter, headerLine };
  }
  return null;
}

function headerOf(text: string, delimiter: string): Map<string, number> | null {
  try {
    const options = {
      bom: true,
      delimiter,
      record_delimiter: LINE_ENDS,
      to: 1,
      relax_column_count: true,
      skip_empty_lines: true,
    };
    const [header = []] = parseText(text, options) as string[][];
    return placesOf(header);
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

async function startOf(file: string): Promise<Buffer> {
  await using handle = await openRegularFile(file);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(START_BYTES) });
  return buffer.subarray(0, bytesRead);
}

async function* decoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer | string> {
  if (encoding === 'utf-8') return yield* chunks;
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** A long text in pieces, between which the process can do other work. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += CHARACTERS_PER_CHUNK) {
    yield text.slice(at, at + CHARACTERS_PER_CHUNK);
    await nextTurn();
  }
}
