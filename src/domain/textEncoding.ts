/** Encodings that the bytes of a text tell. */
type CertainEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Zero bytes at every second place, of this share of the places, are the upper halves of UTF-16. */
const ZEROS_OF_UTF16 = 0.3;

/** By the byte-order mark, or by where zero bytes are. @param start of the file */
function encodingOf(start: Uint8Array): CertainEncoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  const zeros: [number, number] = [0, 0];
  for (const [place, byte] of start.entries()) if (byte === 0) zeros[place % 2 === 0 ? 0 : 1]++;
  const least = (start.length / 2) * ZEROS_OF_UTF16;
  if (start.length >= 4 && zeros[1] > least && zeros[0] < least / 4) return 'utf-16le';
  if (start.length >= 4 && zeros[0] > least && zeros[1] < least / 4) return 'utf-16be';
  return 'utf-8';
}

/** The text of a file in UTF-8 or UTF-16; null for one in another encoding. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encodingOf(bytes.subarray(0, 1 << 16)), { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
