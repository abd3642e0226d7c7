import UTIF from 'utif2';
import { errorMessage } from '../../shared/errors.ts';
import { ImageProblem } from './imageProblem.ts';
import { flattenAlpha } from './rgb.ts';
import { readTiffDirectory } from './tiffDirectory.ts';

const UNKNOWN_TAG = 0xfffe;

/**
 * Decodes the TIFFs that the native decoder refuses: palettes, YCbCr, fax.
 *
 * @returns RGB [H*W*3] as stored, before the turn.
 * @throws ImageProblem
 */
export function decodeTiffInScript(bytes: Buffer): Uint8Array {
  try {
    const alone = withoutLinks(bytes);
    const [page] = UTIF.decode(alone);
    if (page === undefined) throw new ImageProblem('a TIFF without an image');
    UTIF.decodeImage(alone, page);
    return flattenAlpha(UTIF.toRGBA8(page), 4);
  } catch (error) {
    if (error instanceof ImageProblem) throw error;
    throw new ImageProblem(`damaged TIFF, or of a kind that cannot be read (${errorMessage(error)})`, {
      cause: error,
    });
  }
}

/**
 * A copy with the first directory only: the decoder would follow the others wherever they lead, in circles too.
 */
function withoutLinks(bytes: Buffer): ArrayBuffer {
  const copy = Buffer.from(Uint8Array.from(bytes).buffer);
  const directory = readTiffDirectory(bytes);
  copy.writeUInt32LE(0, directory.nextPointer);
  for (const entry of directory.linkEntries) copy.writeUInt16LE(UNKNOWN_TAG, entry);
  return copy.buffer as ArrayBuffer;
}
