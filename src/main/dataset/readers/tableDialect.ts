import { CsvError, type Options } from 'csv-parse';
import { parse as parseText } from 'csv-parse/sync';
import type { TextEncoding } from './textEncoding.ts';

/** How a table is written. */
export interface TableDialect {
  encoding: TextEncoding;
  delimiter: string;
  /** Cells of most rows: others that begin with # are comments. Left out where neither they nor `sep=;` may be there. */
  width?: number;
  /** Columns are aligned with spaces: several are one delimiter. */
  isAligned?: boolean;
}

const SAMPLE_ROWS = 300;
/** Without this limit an unclosed quote would swallow the rest of the file. */
const LONGEST_RECORD = 1 << 20;
const DELIMITERS = [',', ';', '\t', '|'];
/** Of columns that are aligned with spaces: cells with single spaces in them, and without. */
const ALIGNED = ['  ', ' '];
/** Excel's own first line, which names the delimiter. */
const SEPARATOR_LINE = /^\ufeff?sep=(.)(\r?\n|$)/i;

export const PARSER_OPTIONS = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: LONGEST_RECORD,
} satisfies Options;

/** How the start of a table is divided. @param isPlainText whether spaces are as likely as other delimiters */
export function chooseDelimiter(sample: string, isPlainText: boolean): Trial | null {
  const declared = SEPARATOR_LINE.exec(sample)?.[1];
  if (declared !== undefined) return bestTrial([declared], sample);
  return bestTrial([...DELIMITERS, ...(isPlainText ? ALIGNED : [])], sample) ?? alignedTrial(sample);
}

/** What a delimiter makes of a text. */
interface Trial {
  delimiter: string;
  rows: string[][];
  width: number;
  /** Share of the rows that have this width. */
  agreeing: number;
}

/** The delimiter with which the rows have the same number of cells, the highest; null where none makes two columns. */
function bestTrial(delimiters: string[], sample: string): Trial | null {
  const trials = delimiters.map((delimiter) => {
    const all = parseStart(sample, delimiter).map((cells) => cellsOf(cells, isAligned(delimiter)));
    const width = commonest(all.map((row) => row.length));
    const rows = all.filter((cells, index) => !isAside(cells, index, { delimiter, width }));
    const agreeing = rows.filter((row) => row.length === width).length / Math.max(1, rows.length);
    return { delimiter, rows, width, agreeing };
  });
  const tables = trials.filter((trial) => trial.width >= 2 && trial.agreeing >= 0.7);
  const regular = tables.filter((trial) => trial.agreeing >= 0.9);
  return (regular.length > 0 ? regular : tables).sort((a, b) => b.width - a.width)[0] ?? null;
}

/** One line of words is no table. */
function alignedTrial(sample: string): Trial | null {
  const trial = bestTrial(ALIGNED, sample);
  return trial !== null && trial.rows.length > 1 ? trial : null;
}

export function isAligned(delimiter: string): boolean {
  return ALIGNED.includes(delimiter);
}

/** Without what several spaces in a row make of one delimiter. */
export function cellsOf(cells: string[], aligned: boolean | undefined): string[] {
  return aligned ? cells.map((cell) => cell.trim()).filter((cell) => cell !== '') : cells;
}

/**
 * Whether a row is none of the table: `sep=;` before it, or a comment. A row of the table's width that begins with `#x` may be
 * about an image of that name, or the header.
 */
export function isAside(
  cells: readonly string[],
  index: number,
  { delimiter, width, isAligned: aligned }: Pick<TableDialect, 'delimiter' | 'width' | 'isAligned'>,
): boolean {
  if (width === undefined) return false;
  const [first = ''] = cells;
  if (index === 0 && SEPARATOR_LINE.test(cells.join(delimiter))) return true;
  if (!/^\ufeff?#./.test(first)) return aligned === true && first === '#';
  return cells.length !== width || /^\ufeff?#[#\s]/.test(first);
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
