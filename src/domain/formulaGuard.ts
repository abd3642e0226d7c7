/**
 * Beginnings of a cell that a spreadsheet takes for a formula (OWASP, "CSV Injection"), full-width signs
 * included. Leading apostrophes count too, so that a text that really begins with one can be distinguished
 * from a guarded text.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Text as a cell that no spreadsheet runs: anything like a formula gets a leading apostrophe; a number does
 * not.
 */
export function guardFormula(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The exact inverse: `unguardFormula(guardFormula(text)) === text` for every text. */
export function unguardFormula(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
