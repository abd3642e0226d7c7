import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '../../shared/errors.ts';
import { damaged } from './damaged.ts';
import type { FolderListing } from './folderListing.ts';

/** V8's longest string, less some room. */
const LONGEST_CHARACTERS = 500 * 2 ** 20;

/**
 * A JSON or XML file as text, its byte-order mark kept so that offsets are those of the file.
 *
 * @throws AppError `table-invalid`
 */
export async function readWholeText(listing: FolderListing, file: string): Promise<string> {
  const absolute = path.join(listing.root, file);
  let bytes: Buffer;
  try {
    if ((await stat(absolute)).size > LONGEST_CHARACTERS) {
      throw damaged(listing, file, null, 'files over 500 MiB of this format cannot be read');
    }
    bytes = await readFile(absolute);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw damaged(listing, file, null, `cannot be read (${errorMessage(error)})`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(listing, file, lineOfBadByte(bytes), 'it is not in UTF-8');
  }
}

/** Line of a character, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** Turns offsets of characters, asked for in ascending order as far as possible, into offsets of bytes. */
export class ByteOffsets {
  readonly #text: string;
  #character = 0;
  #byte = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(character: number): number {
    if (character < this.#character) {
      return this.#byte - Buffer.byteLength(this.#text.slice(character, this.#character));
    }
    this.#byte += Buffer.byteLength(this.#text.slice(this.#character, character));
    this.#character = character;
    return this.#byte;
  }
}

/** Line of the first byte that is not UTF-8, from 1. */
export function lineOfBadByte(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  for (let start = 0; start <= bytes.length; ) {
    line += 1;
    const end = bytes.indexOf(0x0a, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.length : end));
    } catch {
      break;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return line;
}
