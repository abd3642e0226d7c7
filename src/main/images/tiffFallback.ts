import { inflateSync } from 'node:zlib';
import UTIF from 'utif2';
import { errorMessage } from '../../domain/errors.ts';
import { ImageProblem } from './imageProblem.ts';
import { flattenAlpha } from './rgb.ts';
import type { TiffDirectory } from './tiffDirectory.ts';

const DEFLATE = new Set([8, 32946]);
/**
 * Largest ratio of unpacked to packed size: none, LZW, deflate, PackBits; times three, because colours may be
 * stored at a quarter of the resolution. Fax and JPEG have no such bound.
 */
const MOST_UNPACKED: Record<number, number> = { 1: 3, 5: 4200, 8: 3120, 32946: 3120, 32773: 192 };
/** 100 megapixels of 8 samples of 8 bits: a tile is held whole, however small the image is that it is cut to. */
const LARGEST_PIECE = 800e6;

/**
 * Decodes the TIFFs that the native decoder refuses: palettes, YCbCr, fax.
 *
 * @param alone from pixelsAlone, so that only the pixels are read
 * @returns RGB [H*W*3] as stored, before rotation.
 * @throws ImageProblem
 */
export function decodeTiffInScript(alone: Buffer, directory: TiffDirectory): Uint8Array {
  try {
    checkPieces(alone, directory);
    const [page] = UTIF.decode(alone.buffer as ArrayBuffer);
    if (page === undefined) throw new ImageProblem('a TIFF without an image');
    UTIF.decodeImage(alone.buffer as ArrayBuffer, page);
    return flattenAlpha(UTIF.toRGBA8(page), 4);
  } catch (error) {
    if (error instanceof ImageProblem) throw error;
    throw new ImageProblem(`damaged TIFF, or of a kind that cannot be read (${errorMessage(error)})`, {
      cause: error,
    });
  }
}

/**
 * Refuses data that contain too little for their pixels, which this decoder would make up, or that unpack to
 * far more, because it unpacks whole pieces.
 * @throws ImageProblem
 */
function checkPieces(bytes: Buffer, { pieces, pieceBytes, compression }: TiffDirectory): void {
  const most = MOST_UNPACKED[compression];
  const last = pieces.length - 1;
  // The last strip may be of fewer rows.
  const isShort = pieces.slice(0, Math.max(1, last)).some((piece) => piece.bytes * (most ?? 0) < pieceBytes);
  if (most !== undefined && isShort) throw new ImageProblem('truncated TIFF');
  if (pieceBytes > LARGEST_PIECE) throw new ImageProblem('damaged TIFF: a piece of it is too large');
  if (!DEFLATE.has(compression)) return;
  const maxOutputLength = pieceBytes + 1024;
  for (const { offset, bytes: size } of pieces) {
    try {
      inflateSync(bytes.subarray(offset, offset + size), { maxOutputLength });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') continue;
      throw new ImageProblem('damaged TIFF: it unpacks to more than its pixels', { cause: error });
    }
  }
}
