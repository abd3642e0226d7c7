import type { ByteSpan } from '../recognition/layout.ts';

const QUOTE = 0x22;
const isLineEnd = (byte: number | undefined) => byte === 0x0a || byte === 0x0d;

/** A record without the line ends around it, and the bytes to take away so that the row is gone. */
export function recordSpans(bytes: Uint8Array): { content: ByteSpan; row: ByteSpan } {
  let [start, end] = [0, bytes.length];
  while (start < end && isLineEnd(bytes[start])) start += 1;
  while (end > start && isLineEnd(bytes[end - 1])) end -= 1;
  let rowEnd = end;
  if (rowEnd < bytes.length) rowEnd += bytes[rowEnd] === 0x0d && bytes[rowEnd + 1] === 0x0a ? 2 : 1;
  return { content: { start, end }, row: { start, end: rowEnd } };
}

/**
 * Positions of the cells of one record of a table, quotes included.
 *
 * @param content the record's bytes without line ends
 */
export function cellSpans(bytes: Uint8Array, content: ByteSpan, delimiter: string): ByteSpan[] {
  const separator = delimiter.charCodeAt(0);
  const spans: ByteSpan[] = [];
  let start = content.start;
  let at = start;
  let isQuoted = bytes[at] === QUOTE;
  if (isQuoted) at += 1;
  for (; at < content.end; at++) {
    const byte = bytes[at];
    if (isQuoted && byte === QUOTE) {
      if (bytes[at + 1] === QUOTE) at += 1;
      else isQuoted = false;
    } else if (!isQuoted && byte === separator) {
      spans.push({ start, end: at });
      start = at + 1;
      isQuoted = bytes[start] === QUOTE && start < content.end;
      if (isQuoted) at += 1;
    }
  }
  spans.push({ start, end: content.end });
  return spans;
}

/**
 * A value in the form of a table with any delimiter; quoted if the cell was quoted before, or if it must be.
 */
export function writeCell(value: string, before: string): string {
  const mustQuote = /[",;\t|\r\n]/.test(value) || value !== value.trim();
  return mustQuote || isQuotedCell(before) ? `"${value.replaceAll('"', '""')}"` : value;
}

function isQuotedCell(written: string): boolean {
  return written.length >= 2 && written.startsWith('"') && written.endsWith('"');
}
