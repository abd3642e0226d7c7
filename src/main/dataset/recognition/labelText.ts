/**
 * What programs write for a missing label: the words that pandas reads as missing, in any case except `None`,
 * whose lower case is a class of AffectNet.
 */
const MISSING_WORDS = new Set(
  '#n/a|#n/a n/a|#na|-1.#ind|-1.#qnan|-nan|1.#ind|1.#qnan|<na>|n/a|na|null|nan|<null>|nil|nat|<none>'.split(
    '|',
  ),
);

const WHOLE_AS_DECIMAL = /^([+-]?\d+)\.0*$/;

/** Whether a value means no label: empty, or a word for a missing value. */
export function isMissingLabel(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed === 'None' || MISSING_WORDS.has(trimmed.toLowerCase());
}

/** A label as its file writes it: null for none, and one class for `3`, `3.0` and `3.`. */
export function labelOfText(text: string | null): string | null {
  if (text === null || isMissingLabel(text)) return null;
  const trimmed = text.trim();
  const whole = WHOLE_AS_DECIMAL.exec(trimmed)?.[1];
  return whole === undefined ? trimmed : String(Number(whole));
}

/** A whole number as the value before it was written: `5.0` in place of `3.0`. */
export function inStyleOf(label: string, before: string): string {
  const decimals = /^\s*"?[+-]?\d+(\.0+)"?\s*$/.exec(before)?.[1];
  return decimals !== undefined && /^[+-]?\d+$/.test(label) ? `${label}${decimals}` : label;
}
