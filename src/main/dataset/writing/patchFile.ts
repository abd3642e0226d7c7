import { AppError } from '../../../domain/errors.ts';
import { type DatasetPlace, openRegularFile, readRegularFile, regularFileStream } from '../../files/index.ts';
import { encodeText, guessEncoding, readStart, type TextEncoding } from '../readers/textEncoding.ts';
import type { ByteSpan } from '../recognition/layout.ts';

/** Bytes of a text file to replace. In a file that is not UTF-8, of its text as UTF-8. */
export interface TextEdit extends ByteSpan {
  /** The new text; '' takes it away. */
  replace(current: string): string;
}

/**
 * A text file with other text at some positions, and byte for byte the same everywhere else.
 * @param words that identified its encoding when it was read
 */
export async function* patchFile(
  file: string,
  place: DatasetPlace,
  edits: readonly TextEdit[],
  words: ReadonlySet<string>,
): AsyncGenerator<Uint8Array> {
  const sorted = edits.toSorted((a, b) => a.start - b.start);
  const encoding = sorted.length === 0 ? 'utf-8' : guessEncoding((await readStart(file, place)).bytes, words);
  yield* encoding === 'utf-8' ? patchBytes(file, place, sorted) : patchText(file, place, sorted, encoding);
}

async function* patchBytes(file: string, place: DatasetPlace, edits: TextEdit[]): AsyncGenerator<Uint8Array> {
  await using handle = await openRegularFile(file, place);
  let at = 0;
  for (const { start, end, replace } of edits) {
    if (start > at) yield* await regularFileStream(file, place, { start: at, end: start - 1 });
    const current = Buffer.alloc(end - start);
    await handle.read(current, 0, current.length, start);
    const text = replace(current.toString());
    if (text !== '') yield Buffer.from(text);
    at = end;
  }
  yield* await regularFileStream(file, place, { start: at });
}

const LARGEST_TEXT_BYTES = 2 ** 29;

/** Files that are no UTF-8 are old spreadsheets' exports, and small: whole in memory. */
async function* patchText(
  file: string,
  place: DatasetPlace,
  edits: TextEdit[],
  encoding: TextEncoding,
): AsyncGenerator<Uint8Array> {
  const written = await readRegularFile(file, place, LARGEST_TEXT_BYTES);
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(written);
  if (encodeText(text, encoding)?.equals(written) !== true) {
    throw new AppError(
      'bad-request',
      `${file} was read as ${encoding}, in which it cannot be written again without other changes`,
      'Save the file as UTF-8, or export a CSV.',
    );
  }
  const bytes = Buffer.from(text);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, replace } of edits) {
    parts.push(bytes.toString('utf8', at, start), replace(bytes.toString('utf8', start, end)));
    at = end;
  }
  parts.push(bytes.toString('utf8', at));
  for (const part of parts) {
    const encoded = encodeText(part, encoding);
    if (encoded === null) {
      throw new AppError(
        'bad-request',
        `${file} is in ${encoding}, which cannot write "${part}"`,
        'Save the file as UTF-8, or export a CSV.',
      );
    }
    yield encoded;
  }
}
