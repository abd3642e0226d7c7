import { MOST_COLUMNS } from './metadata.ts';
import type { WordRecord } from './wordRecord.ts';

/** A column of the source for many images, in as few bytes as filters over a million of them need. */
export type CodedColumn =
  /** Cells are 0 for none, or 1 + the index of a value. */
  | { kind: 'choice'; name: string; values: string[]; cells: Uint16Array }
  /** Cells are NaN for none. */
  | { kind: 'number'; name: string; cells: Float32Array };

/** One code is for "none". */
const MOST_VALUES = 0xffff;
/** Numbers of fewer values are choices: votes, grades, codes. */
const FEWEST_NUMBERS = 13;
/** A column of more values is text when most images have one of their own: file names, addresses, landmarks. */
const FEWEST_TEXTS = 21;
const LONGEST_VALUE = 200;
const NUMBER = /^[-+]?(?:0|[1-9]\d*|(?=\.\d))(?:\.\d*)?(?:e[-+]?\d+)?$/i;

/** Codes the further columns of a source as its images come, in any order of their ids. */
export class ColumnCoder {
  readonly #columns = new Map<string, ColumnCells>();

  /** @param names those of the source, of which the first are taken */
  constructor(names: readonly string[]) {
    for (const name of names.slice(0, MOST_COLUMNS)) this.#columns.set(name, new ColumnCells());
  }

  add(id: number, metadata: Readonly<WordRecord<string>>): void {
    for (const name in metadata) this.#columns.get(name)?.set(id, metadata[name] as string);
  }

  /**
   * The columns that become filters, their cells by id. A column that identifies subjects is never numeric.
   * @param identityColumn name of that column
   */
  finish(identityColumn: string | null): CodedColumn[] {
    return [...this.#columns].flatMap(([name, cells]) => cells.finish(name, name !== identityColumn) ?? []);
  }
}

/**
 * Copies column values from images to others.
 * @param pairs of an image's id and the other's
 */
export function copyCells(
  columns: readonly CodedColumn[],
  pairs: readonly [number, number][],
): CodedColumn[] {
  const size = pairs.reduce((most, [id]) => Math.max(most, id + 1), 0);
  return columns.map((column) => {
    const none = column.kind === 'number' ? Number.NaN : 0;
    const cells = sized(column.cells, Math.max(size, column.cells.length), none);
    for (const [id, other] of pairs) cells[id] = column.cells[other] ?? none;
    return { ...column, cells } as CodedColumn;
  });
}

/** The cells of one column: codes of a dictionary, numbers where that overflows, nothing where it is text. */
class ColumnCells {
  #codes: Uint16Array | null = new Uint16Array(1024);
  #numbers: Float32Array | null = null;
  readonly #dictionary = new Map<string, number>();
  #allNumbers = true;
  #filled = 0;
  #most = -1;

  set(id: number, text: string): void {
    this.#most = Math.max(this.#most, id);
    const value = text.trim();
    if (value === '' || (this.#codes === null && this.#numbers === null)) return;
    this.#filled++;
    if (value.length > LONGEST_VALUE) this.#becomeText();
    else if (this.#codes !== null) this.#setCode(this.#codes, id, value);
    else this.#setNumber(id, value);
  }

  finish(name: string, mayBeNumber: boolean): CodedColumn | null {
    const size = this.#most + 1;
    if (this.#numbers !== null)
      return { kind: 'number', name, cells: sized(this.#numbers, size, Number.NaN) };
    const values = this.#dictionary.size;
    if (this.#codes === null || values === 0) return null;
    const cells = sized(this.#codes, size, 0);
    if (mayBeNumber && this.#allNumbers && values >= FEWEST_NUMBERS) {
      return { kind: 'number', name, cells: this.#numbersOf(cells) };
    }
    if (values >= FEWEST_TEXTS && 2 * values > this.#filled) return null;
    return { kind: 'choice', name, ...inNaturalOrder([...this.#dictionary.keys()], cells) };
  }

  #setCode(codes: Uint16Array, id: number, value: string): void {
    let code = this.#dictionary.get(value);
    if (code === undefined) {
      this.#allNumbers &&= isNumber(value);
      if (this.#dictionary.size === MOST_VALUES) {
        this.#overflow(codes);
        if (this.#numbers !== null) this.#setNumber(id, value);
        return;
      }
      code = this.#dictionary.size + 1;
      this.#dictionary.set(value, code);
    }
    this.#codes = grown(codes, id, 0);
    this.#codes[id] = code;
  }

  /** Too many values for a dictionary. */
  #overflow(codes: Uint16Array): void {
    const numbers = this.#allNumbers ? this.#numbersOf(codes) : null;
    this.#becomeText();
    this.#numbers = numbers;
  }

  #becomeText(): void {
    this.#codes = null;
    this.#numbers = null;
    this.#dictionary.clear();
  }

  #setNumber(id: number, value: string): void {
    if (this.#numbers === null) return;
    if (isNumber(value)) {
      this.#numbers = grown(this.#numbers, id, Number.NaN);
      this.#numbers[id] = Number(value);
    } else this.#becomeText();
  }

  #numbersOf(codes: Uint16Array): Float32Array {
    const numbers = [Number.NaN, ...[...this.#dictionary.keys()].map(Number)];
    return Float32Array.from(codes, (code) => numbers[code] as number);
  }
}

/** Without leading zeros, which codes have and numbers do not. */
function isNumber(value: string): boolean {
  return NUMBER.test(value) && Math.abs(Number(value)) < 3e38;
}

function inNaturalOrder(values: string[], cells: Uint16Array): { values: string[]; cells: Uint16Array } {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const order = values
    .map((_, code) => code)
    .sort((a, b) => compare(values[a] as string, values[b] as string));
  const places = new Uint16Array(values.length + 1);
  for (const [place, code] of order.entries()) places[code + 1] = place + 1;
  return {
    values: order.map((code) => values[code] as string),
    cells: cells.map((code) => places[code] as number),
  };
}

function grown<Cells extends Uint16Array | Float32Array>(cells: Cells, id: number, none: number): Cells {
  return id < cells.length ? cells : sized(cells, Math.max(id + 1, 2 * cells.length), none);
}

function sized<Cells extends Uint16Array | Float32Array>(cells: Cells, size: number, none: number): Cells {
  if (size <= cells.length) return cells.slice(0, size) as Cells;
  const larger = new (cells.constructor as new (length: number) => Cells)(size).fill(none) as Cells;
  larger.set(cells);
  return larger;
}
