import { AppError } from '../../domain/errors.ts';

/** How the program writes a time, with 0 for every digit. */
const OWN_TIME = '0000-00-00T00:00:00.000Z';
const TIME = /^0000-00-00/;
/** Of the last column, that are remembered: more are no names, labels or forms of a time. */
const MOST_VALUES = 1000;

/** The names of a table's columns, and what to say where its rows are not whole. */
interface RowNeeds {
  header: readonly string[];
  /** Where each column is. */
  places: ReadonlyMap<string, number>;
  required: readonly string[];
  file: string;
}

/** Notices rows without what they need, and a table whose end is missing: see readLabelTable. */
export class WholeRows {
  readonly #needs: RowNeeds;
  readonly #needed: number;
  readonly #named: number;
  readonly #lastCells = new LastCells();
  /** Of all rows but the last. */
  #shortest: number;
  #last: { cells: number; line: number } | null = null;

  constructor(needs: RowNeeds) {
    this.#needs = needs;
    this.#needed = 1 + Math.max(...needs.required.map((column) => needs.places.get(column) ?? 0));
    this.#named = 1 + needs.header.findLastIndex((name) => name.trim() !== '');
    this.#shortest = this.#named;
  }

  /** The name of the last column. */
  get lastColumn(): string {
    return (this.#needs.header[this.#named - 1] ?? '').trim().toLowerCase();
  }

  /** @throws AppError `table-invalid` for a row that lacks required cells */
  check(record: readonly string[], line: number): void {
    if (this.#last !== null) this.#shortest = Math.min(this.#shortest, this.#last.cells);
    this.#last = { cells: record.length, line };
    this.#lastCells.add(record.length === this.#named ? (record.at(-1) ?? '') : '');
    if (record.length >= this.#needed) return;
    const hint = `Each row needs ${this.#needs.required.join(', ')}. Nothing was imported.`;
    throw this.#refuse(line, `it has ${record.length} of ${this.#named} cells`, hint);
  }

  /**
   * Why the last row cannot be whole; null where it can.
   * @param isLineEnded whether the table ends with the end of a line
   * @param isLastColumnUsed whether it matters what is in the last column
   */
  cutOff(isLineEnded: boolean, isLastColumnUsed: boolean): AppError | null {
    if (this.#last === null) return null;
    const { cells, line } = this.#last;
    if (cells < this.#shortest) {
      return this.#refuse(
        line,
        `the file is cut off: its last row has ${cells} cells, all others have ${this.#shortest} or more`,
        'Copy the file again, or complete the row. Nothing was imported.',
      );
    }
    const whole = isLineEnded || !isLastColumnUsed ? null : this.#lastCells.wholeOfLast();
    if (whole === null) return null;
    return this.#refuse(
      line,
      `the file seems to be cut off: it ends with "${whole.part}", which is the beginning of ${whole.what}`,
      'Copy the file again. If the row is whole, add a line break after it. Nothing was imported.',
    );
  }

  #refuse(line: number, what: string, hint: string): AppError {
    return new AppError('table-invalid', `${this.#needs.file} line ${line}: ${what}`, hint);
  }
}

/** What is in the last column, to tell a value that was cut off. */
class LastCells {
  /** Of all rows but the last. */
  readonly #values = new Set<string>();
  /** The forms of times among them, with 0 for every digit. */
  readonly #times = new Set<string>();
  #last = '';

  add(cell: string): void {
    if (this.#last !== '' && this.#values.size < MOST_VALUES) this.#values.add(this.#last);
    const form = formOf(this.#last);
    if (TIME.test(form) && this.#times.size < MOST_VALUES) this.#times.add(form);
    this.#last = cell;
  }

  /** What the last value is the beginning of; null where it is whole. */
  wholeOfLast(): { part: string; what: string } | null {
    const part = this.#last;
    if (part === '' || this.#values.has(part)) return null;
    const form = formOf(part);
    if (this.#times.size > 0 || TIME.test(form)) {
      const isWhole = form === OWN_TIME || this.#times.has(form);
      const isBeginning = [OWN_TIME, ...this.#times].some((time) => time.startsWith(form));
      return isWhole || !isBeginning ? null : { part, what: 'a time' };
    }
    const whole = [...this.#values].find((value) => value.startsWith(part));
    return whole === undefined ? null : { part, what: `"${whole}"` };
  }
}

function formOf(cell: string): string {
  return cell.trim().replace(/\d/g, '0');
}
