import { isAscii } from 'node:buffer';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import { AppError, errorMessage } from '../../domain/errors.ts';
import { explainStorageError } from '../../domain/storageFailures.ts';
import { guessEncoding, guessedEncodingName, type TextEncoding } from '../dataset/index.ts';
import { regularFileStream } from '../files/index.ts';
import { Utf8Lines } from './mixedText.ts';
import { WholeRows } from './wholeRows.ts';

/** A table of labels: a file, or the content of one. */
export interface LabelTableSource {
  /** Its path, or its name in messages. */
  file: string;
  text?: string | undefined;
  bytes?: Uint8Array | undefined;
}

interface LabelTableNeeds {
  /** Names of columns that the header and each row must have. */
  required: readonly string[];
  hint: string;
  /** Words that the table may hold, which tell its encoding; asked for where it is not ASCII. */
  words?: (() => ReadonlySet<string>) | undefined;
  /** As TextDecoder names it; by default it is recognised, or guessed. */
  encoding?: string | undefined;
}

/** A row by the names of its columns, which are compared without case. */
export interface LabelRow {
  /** '' where the row ends before the column; undefined where the table has no such column. */
  cell(column: string): string | undefined;
  /** Of its end, counted from 1. */
  line: number;
}

const START_CHARACTERS = 64 * 1024;
const BYTES_PER_CHUNK = 64 * 1024;
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
 * UTF-8, UTF-16 or the encoding of an older system, with additional columns, empty rows and empty cells at
 * the ends of rows. Rows may lack empty cells at their ends, which spreadsheets omit; but a last row that is
 * shorter than all others was cut off, and so was one without a line end whose last value is the beginning of another.
 *
 * @param take called with each row, in order, and the name of an encoding that was guessed; an error that it throws
 * ends the parsing
 * @returns the name of an encoding that was guessed; null for one that is certain
 * @throws AppError `table-invalid` if the file cannot be read, or is no such table
 */
export async function readLabelTable(
  source: LabelTableSource,
  { required, hint, words, encoding: given }: LabelTableNeeds,
  take: (row: LabelRow, guessed: string | null) => void,
): Promise<string | null> {
  const { file, text } = source;
  try {
    const encoding = text === undefined ? (given ?? (await encodingOf(source, words))) : 'utf-8';
    const guessed = given === undefined ? guessedEncodingName(encoding) : null;
    const chunks = () => (text === undefined ? decoded(source, encoding) : slices(text));
    const dialect = dialectOf(await startOf(chunks()), required);
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
    const end = new TextEnd();
    await pipeline(
      Readable.from(end.of(chunks())),
      parser,
      rowsTo((row) => take(row, guessed), required, file, end),
    );
    return guessed;
  } catch (error) {
    if (error instanceof AppError) throw error;
    const storage = explainStorageError(error, file);
    if (storage !== null) throw storage;
    const isCsv = error instanceof CsvError;
    const what = isCsv ? `is not a CSV file (${error.message})` : `cannot be read (${errorMessage(error)})`;
    throw new AppError('table-invalid', `${file} ${what}`, hint, { cause: error });
  }
}

/** Hands rows on by the names in the first of them. */
function rowsTo(
  take: (row: LabelRow) => void,
  required: readonly string[],
  file: string,
  end: TextEnd,
): Writable {
  let places: Map<string, number> | null = null;
  let rows: WholeRows | null = null;
  const used = new Set<string>();
  return new Writable({
    objectMode: true,
    write({ record, info }: { record: string[]; info: { lines: number } }, _, done) {
      try {
        if (places === null) {
          places = placesOf(record);
          rows = new WholeRows({ header: record, places, required, file });
        } else if (record.some((cell) => cell !== '')) {
          rows?.check(record, info.lines);
          take(rowOf(record, places, info.lines, used));
        }
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    final(done) {
      done(rows?.cutOff(end.isLine, used.has(rows.lastColumn)) ?? null);
    },
  });
}

/** How a text ends, once all of it has passed. */
class TextEnd {
  #last = '';

  get isLine(): boolean {
    return /[\r\n]$/.test(this.#last);
  }

  async *of(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      if (chunk !== '') this.#last = chunk.slice(-1);
      yield chunk;
    }
  }
}

/** @param used collects the columns that are asked for */
function rowOf(
  record: readonly string[],
  places: ReadonlyMap<string, number>,
  line: number,
  used: Set<string>,
): LabelRow {
  return {
    line,
    cell(column) {
      used.add(column);
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
  const declared = SEPARATOR_LINE.exec(first)?.[1];
  const headerLine = declared === undefined ? 1 : 2;
  const text = declared === undefined ? start : start.slice(first.length);
  for (const delimiter of declared === undefined ? DELIMITERS : [declared]) {
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

async function startOf(chunks: AsyncIterable<string>): Promise<string> {
  let start = '';
  for await (const chunk of chunks) {
    start += chunk;
    if (start.length >= START_CHARACTERS) break;
  }
  return start.slice(0, START_CHARACTERS);
}

/** By the start of a table, and by the first of its bytes that are not ASCII, wherever they are. */
async function encodingOf(
  source: LabelTableSource,
  words: LabelTableNeeds['words'] = () => new Set(),
): Promise<TextEncoding> {
  let isStart = true;
  for await (const chunk of bytesOf(source)) {
    if (!isAscii(chunk) || (isStart && chunk.includes(0))) return guessEncoding(chunk, words());
    isStart = false;
  }
  return 'utf-8';
}

async function* bytesOf({ file, bytes }: LabelTableSource): AsyncGenerator<Buffer> {
  if (bytes === undefined) return yield* await regularFileStream(file);
  for (let at = 0; at < bytes.length; at += BYTES_PER_CHUNK) {
    yield Buffer.from(bytes.subarray(at, at + BYTES_PER_CHUNK));
    await nextTurn();
  }
}

/** @throws AppError `table-invalid` for bytes that are no characters, or of two encodings */
async function* decoded(source: LabelTableSource, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const name = guessedEncodingName(encoding) ?? encoding.toUpperCase();
  const lines = encoding.startsWith('utf') ? null : new Utf8Lines(encoding);
  const refuse = (what: string) =>
    new AppError('table-invalid', `${source.file} ${what}`, 'Save it as UTF-8. Nothing was imported.');
  try {
    for await (const chunk of bytesOf(source)) {
      lines?.add(chunk);
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw refuse(`has characters that are not ${name}`);
    throw error;
  }
  if (lines?.areSome() === true) throw refuse(`is mixed: some lines are UTF-8, others ${name}`);
}

/** A long text in pieces, between which the process can do other work. */
async function* slices(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += CHARACTERS_PER_CHUNK) {
    yield text.slice(at, at + CHARACTERS_PER_CHUNK);
    await nextTurn();
  }
}
