import path from 'node:path';
import { AppError } from '../../../domain/errors.ts';
import type { FolderListing } from './folderListing.ts';

/** A file of a dataset that violates its format: which one, where, what, and what to do. */
export function damaged(
  listing: FolderListing,
  file: string,
  line: number | null,
  problem: string,
): AppError {
  const where = line === null ? '' : ` line ${line}`;
  return new AppError(
    'table-invalid',
    `${path.join(listing.root, file)}${where}: ${problem}`,
    'Nothing was imported. Correct the file, download it again, or choose another layout.',
  );
}

/** A number as a label file writes it. @throws AppError `table-invalid` */
export function wholeNumber(text: string, fail: (problem: string) => Error): number {
  if (/^[+-]?\d{1,15}$/.test(text.trim())) return Number(text);
  throw fail(`"${inOneLine(text)}" is not a whole number`);
}

/** The start of a text as a message quotes it. */
export function inOneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 40);
}
