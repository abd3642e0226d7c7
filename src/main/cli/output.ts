import type { AppError } from '../../shared/errors.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Results go to stdout, everything else to stderr, so that results can be piped. */
export interface Output {
  /** A result. */
  print(text: string): void;
  /** A remark to the person; silent with --quiet. */
  say(text: string): void;
}

export function createOutput(quiet: boolean): Output {
  return {
    print: (text) => void process.stdout.write(`${text}\n`),
    say: (text) => {
      if (!quiet) process.stderr.write(`${text}\n`);
    },
  };
}

/** An error in one line: what went wrong, and what to do. */
export function errorLine(error: AppError): string {
  const message = `grefel: ${error.message.replace(/\.$/, '')}`;
  return error.hint === '' ? message : `${message}. ${error.hint}`;
}

/** Columns of text, the numeric ones flush right. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: number[] = [],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}
