import { setImmediate as nextTurn } from 'node:timers/promises';
import { guardFormula } from '../../domain/formulaGuard.ts';

export type Cell = string | number | null;

/** A column of a CSV file. */
export interface CsvColumn {
  name: string;
  /** Names of files stay as they are, so that programs find the files; other text is guarded against formulas. */
  isFileName?: boolean;
}

const ROWS_PER_CHUNK = 500;
/**
 * A lone CR or LF ends a row for most readers, a byte-order mark at the start of a file is dropped, and white space at
 * the ends of a cell is trimmed by some: such cells are quoted as well as those that RFC 4180 names.
 */
const QUOTED = /[",\r\n\ufeff]|^\s|\s$/;

/** The only writer of CSV in this program. RFC 4180: comma, CRLF, quotes where a reader needs them. */
export class CsvWriter {
  readonly #columns: readonly CsvColumn[];
  readonly #lineEnd: string;

  /** @param lineEnd CRLF unless the programs that use the file expect another */
  constructor(columns: readonly CsvColumn[], lineEnd: '\r\n' | '\n' = '\r\n') {
    this.#columns = columns;
    this.#lineEnd = lineEnd;
  }

  header(): string {
    return this.#lineOf(this.#columns.map(({ name }) => guardFormula(name)));
  }

  line(cells: readonly Cell[]): string {
    return this.#lineOf(
      this.#columns.map(({ isFileName }, index) => textOf(cells[index] ?? null, isFileName)),
    );
  }

  /** The whole file as text. */
  text(rows: Iterable<readonly Cell[]>): string {
    let text = this.header();
    for (const row of rows) text += this.line(row);
    return text;
  }

  /** The whole file in chunks, between which the process can do other work. */
  async *chunks(rows: Iterable<readonly Cell[]>): AsyncGenerator<string> {
    let chunk = this.header();
    let count = 0;
    for (const row of rows) {
      chunk += this.line(row);
      if (++count % ROWS_PER_CHUNK !== 0) continue;
      yield chunk;
      chunk = '';
      await nextTurn();
    }
    if (chunk !== '') yield chunk;
  }

  #lineOf(cells: readonly string[]): string {
    // An empty line is no row to a reader, so a single empty cell is written as "".
    const line = cells.length === 1 && cells[0] === '' ? '""' : cells.map(quoted).join(',');
    return line + this.#lineEnd;
  }
}

function textOf(cell: Cell, isFileName = false): string {
  if (cell === null) return '';
  return typeof cell === 'number' || isFileName ? String(cell) : guardFormula(cell);
}

function quoted(cell: string): string {
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
