import path from 'node:path';
import { errorMessage } from '../../../domain/errors.ts';
import { RefusedFile, regularFileStream } from '../../files/index.ts';
import { damaged } from '../recognition/damaged.ts';
import type { FolderListing } from '../recognition/folderListing.ts';
import type { ByteSpan } from '../recognition/layout.ts';
import type { TextEncoding } from './textEncoding.ts';

export interface TextLine {
  /** Without its end. */
  text: string;
  /** Counted from 1. */
  line: number;
  /** Bytes without the line end, and with it; in a file that is no UTF-8, of its text as UTF-8. */
  content: ByteSpan;
  row: ByteSpan;
}

const LONGEST_LINE = 1 << 20;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * The lines of a text file, streamed.
 *
 * @param encoding of a file whose format does not fix it as UTF-8
 * @throws AppError `table-invalid` if it cannot be read or is not UTF-8
 */
export async function* readTextLines(
  listing: FolderListing,
  file: string,
  encoding: TextEncoding = 'utf-8',
): AsyncGenerator<TextLine> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 0;
  let start = 0;
  let rest: Buffer = Buffer.alloc(0);
  const toLine = (whole: Buffer, hasEnd: boolean): TextLine => {
    line += 1;
    // The mark is the file's, and no part of its first line.
    const markBytes = line === 1 && whole.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
    start += markBytes;
    const bytes = whole.subarray(markBytes);
    const end = start + bytes.length;
    const isWindows = bytes[bytes.length - 1] === 0x0d;
    const content = { start, end: isWindows ? end - 1 : end };
    const row = { start, end: hasEnd ? end + 1 : end };
    start = row.end;
    try {
      const text = decoder.decode(bytes.subarray(0, content.end - content.start));
      return { text, line, content, row };
    } catch {
      throw damaged(listing, file, line, 'it is not in UTF-8');
    }
  };
  try {
    const stream = await regularFileStream(path.join(listing.root, file), listing.place);
    for await (const chunk of inUtf8(stream, encoding)) {
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        yield toLine(bytes.subarray(0, end), true);
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > LONGEST_LINE)
        throw damaged(listing, file, line + 1, 'the line is over a megabyte long');
      rest = bytes;
    }
  } catch (error) {
    if (!(error instanceof RefusedFile || (error instanceof Error && 'syscall' in error))) throw error;
    throw damaged(listing, file, null, `cannot be read (${errorMessage(error)})`);
  }
  if (rest.length > 0) yield toLine(rest, false);
  else if (line === 0) throw damaged(listing, file, 1, 'it is empty');
}

async function* inUtf8(chunks: AsyncIterable<Buffer>, encoding: TextEncoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') return yield* chunks;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** The fields of a line separated by spaces or tabs, with their positions. @param field what a field is */
export function fieldsOf(
  { text, content }: TextLine,
  field = /[^ \t]+/g,
): { text: string; span: ByteSpan }[] {
  return Array.from(text.matchAll(field), (match) => {
    const start = content.start + Buffer.byteLength(text.slice(0, match.index));
    return { text: match[0], span: { start, end: start + Buffer.byteLength(match[0]) } };
  });
}
