import { type DatasetPlace, openRegularFile } from '../files/index.ts';

/** How the bytes of a text file stand for characters. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const SAMPLE_BYTES = 256 * 1024;

/** The first bytes of a file, and its size. @throws as openRegularFile */
export async function readStart(
  file: string,
  place: DatasetPlace | null = null,
): Promise<{ bytes: Buffer; sizeBytes: number }> {
  await using handle = await openRegularFile(file, place);
  const { size } = await handle.stat();
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(Math.min(size, SAMPLE_BYTES)) });
  return { bytes: buffer.subarray(0, bytesRead), sizeBytes: size };
}

/** By the byte-order mark, by the zeros of UTF-16, or by whether the start of a file is UTF-8. */
export function guessEncoding(start: Uint8Array): TextEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const wide = guessWide(start);
  if (wide !== null) return wide;
  try {
    // `stream`: the sample may end within a character.
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** UTF-16 without a mark: paths and delimiters are ASCII, so that every other byte of theirs is 0. */
function guessWide(start: Uint8Array): TextEncoding | null {
  const length = Math.min(start.length, LOOKED_FOR_ZEROS) & ~1;
  let [even, odd] = [0, 0];
  for (let at = 0; at < length; at += 2) {
    if (start[at] === 0) even++;
    if (start[at + 1] === 0) odd++;
  }
  if (length < 8 || Math.max(even, odd) < length / 8 || Math.min(even, odd) > length / 200) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

const LOOKED_FOR_ZEROS = 4096;

/** The bytes of a text. @returns null where a character has none in this encoding */
export function encodeText(text: string, encoding: TextEncoding): Buffer | null {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const bytes = Buffer.alloc(text.length);
  for (let index = 0; index < text.length; index++) {
    const byte = WINDOWS_1252.indexOf(text[index] as string);
    if (byte < 0) return null;
    bytes[index] = byte;
  }
  return bytes;
}

const WINDOWS_1252 = new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 256 }, (_, i) => i));
