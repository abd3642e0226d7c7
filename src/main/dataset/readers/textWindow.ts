import path from 'node:path';
import { errorMessage } from '../../../domain/errors.ts';
import { openRegularFile, RefusedFile } from '../../files/index.ts';
import { damaged } from '../recognition/damaged.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { ByteSpan } from '../recognition/layout.ts';

const CHUNK_BYTES = 1 << 18;

/** The part of a file's text that is still needed, with where it begins in characters and in bytes. */
export class TextWindow {
  #text = '';
  #start = 0;
  #startByte = 0;

  get text(): string {
    return this.#text;
  }

  /** Character of the file that the text begins with. */
  get start(): number {
    return this.#start;
  }

  add(text: string): void {
    this.#text += text;
  }

  /** Drops everything before a character of the file. */
  forget(character: number): void {
    const gone = character - this.#start;
    this.#startByte += Buffer.byteLength(this.#text.slice(0, gone));
    this.#text = this.#text.slice(gone);
    this.#start = character;
  }

  /** The character of the file at which `part` last begins, at or before another. */
  lastIndexOf(part: string, character: number): number {
    return this.#start + this.#text.lastIndexOf(part, character - this.#start);
  }

  /** Bytes of the file, of characters of the text. */
  bytesOf({ start, end }: ByteSpan): ByteSpan {
    const startByte = this.#startByte + Buffer.byteLength(this.#text.slice(0, start));
    return { start: startByte, end: startByte + Buffer.byteLength(this.#text.slice(start, end)) };
  }
}

/** A file's bytes, piece by piece. @throws AppError `table-invalid` */
export async function* readChunks(listing: FolderListing, file: string): AsyncGenerator<Buffer> {
  try {
    await using handle = await openRegularFile(path.join(listing.root, file), listing.place);
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (error) {
    if (!(error instanceof RefusedFile || (error instanceof Error && 'syscall' in error))) throw error;
    throw damaged(listing, file, null, `cannot be read (${errorMessage(error)})`);
  }
}

/**
 * A file's text, with its byte-order mark so that offsets are those of the file.
 * @param line that the reader has reached, for an error
 * @throws AppError `table-invalid`
 */
export async function* readUtf8(
  listing: FolderListing,
  file: string,
  line: () => number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for await (const chunk of readChunks(listing, file)) {
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      throw damaged(listing, file, line() + lineOfBadByte(chunk) - 1, 'it is not in UTF-8');
    }
    yield text;
  }
}

/** Copies a part of a text: V8's substrings keep the whole text in memory as long as they live. */
export function ownText(part: string): string {
  return Buffer.from(part).toString();
}

/** Line of the first byte that is not UTF-8, from 1. */
export function lineOfBadByte(bytes: Buffer): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 0;
  // The rest of what the previous piece has begun is skipped.
  let start = 0;
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  while (start <= bytes.length) {
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
