import type { AppError } from '../../../domain/errors.ts';
import { escapeControls, escapeControlsInLines } from '../../../domain/escapeControls.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Results go to stdout, everything else to stderr, so that results can be piped. Names come from datasets of strangers:
 * whatever would steer the terminal is shown escaped.
 */
export interface Output {
  /** A result in lines; in JSON an escape is the character itself. */
  print(text: string): void;
  /** A result for a program, unchanged; on a terminal like `print`. */
  write(chunk: Uint8Array | string): void;
  /** A remark to the person; silent with --quiet. */
  note(text: string): void;
  /** For messages that are shown even with --quiet. */
  warn(text: string): void;
}

export function createOutput(quiet: boolean): Output {
  return {
    print: (text) => void process.stdout.write(`${escapeControlsInLines(text)}\n`),
    write: (chunk) => {
      if (!process.stdout.isTTY) return void process.stdout.write(chunk);
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      process.stdout.write(escapeControlsInLines(text.replaceAll('\r\n', '\n')));
    },
    warn: (text) => void process.stderr.write(`${text}\n`),
    note: (text) => {
      if (!quiet) process.stderr.write(`${escapeControlsInLines(text)}\n`);
    },
  };
}

/** An error in one line: what went wrong, and what to do. */
export function errorLine(error: AppError): string {
  const message = `grefel: ${error.message.replace(/\.$/, '')}`;
  return escapeControls(error.hint === '' ? message : `${message}. ${error.hint}`);
}

/** Columns of text, the numeric ones flush right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: number[] = [],
): string {
  const all = [header, ...rows].map((row) => row.map(escapeControls));
  const widths = header.map((_, column) =>
    all.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}
