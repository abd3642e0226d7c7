/** Encodings that spreadsheets and editors save text in. */
export type SavedEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Zero bytes at every second place, of this share of the places, are the upper halves of UTF-16. */
const ZEROS_OF_UTF16 = 0.3;

/** By the byte-order mark, by where zero bytes are, or by whether the bytes are UTF-8. @param start of the file */
export function encodingOf(start: Uint8Array): SavedEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros: [number, number] = [0, 0];
  for (const [place, byte] of start.entries()) if (byte === 0) zeros[place % 2 === 0 ? 0 : 1]++;
  const least = (start.length / 2) * ZEROS_OF_UTF16;
  if (start.length >= 4 && zeros[1] > least && zeros[0] < least / 4) return 'utf-16le';
  if (start.length >= 4 && zeros[0] > least && zeros[1] < least / 4) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true }); // it may end within a character
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** The text of a file, in whatever encoding it was saved. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes.subarray(0, 1 << 16))).decode(bytes);
}
