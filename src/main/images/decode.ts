import { Transformer } from '@napi-rs/image';
import { errorMessage } from '../../domain/errors.ts';
import type { DatasetPlace } from '../../domain/imageSource.ts';
import { formatCount } from '../../domain/plural.ts';
import { openRegularFile } from '../files/index.ts';
import { readOrientation } from './exif.ts';
import { explainFileError } from './fileProblems.ts';
import { formatTitle, type ImageHeader, readHeader } from './imageHeader.ts';
import { checkDimensions, ImageProblem } from './imageProblem.ts';
import { jpegIsComplete } from './jpegStructure.ts';
import { turnUpright } from './orientation.ts';
import { toRgb } from './rgb.ts';
import { pixelsAlone, readTiffDirectory } from './tiffDirectory.ts';
import { decodeTiffInScript } from './tiffFallback.ts';
import { breaksOff } from './truncation.ts';

export { ImageProblem } from './imageProblem.ts';

/** Pixels as a person sees the image: upright, in colour, opaque. */
export interface DecodedImage {
  width: number;
  height: number;
  /** [H*W*3] */
  rgb: Uint8Array;
  /** jpeg, png, webp, bmp, tiff, avif, pnm. */
  format: string;
}

interface ReadLimits {
  maxBytes: number;
}
const READ_LIMITS: ReadLimits = { maxBytes: 256 * 2 ** 20 };

/**
 * Called with the number of pixels before any is decoded: here a caller waits for its turn, or refuses by
 * throwing.
 */
export type BeforeDecoding = (pixels: number) => Promise<void>;

/**
 * Reads a whole image file.
 *
 * @throws ImageProblem for a file that is missing, unreadable, not a regular file, or over the limit.
 */
export async function readImageFile(
  absolutePath: string,
  limits = READ_LIMITS,
  place: DatasetPlace | null = null,
): Promise<Buffer> {
  try {
    await using file = await openRegularFile(absolutePath, place);
    const facts = await file.stat();
    if (facts.size > limits.maxBytes) {
      const megabytes = (size: number) => formatCount(Math.round(size / 2 ** 20));
      throw new ImageProblem(
        `${megabytes(facts.size)} MiB exceed the limit of ${megabytes(limits.maxBytes)} MiB`,
      );
    }
    return await file.readFile();
  } catch (error) {
    throw explainFileError(error);
  }
}

/**
 * Decodes an image file's first picture, in libuv's pool. Its dimensions are checked before any pixel is decoded.
 *
 * @throws ImageProblem with the reason for the image's row.
 */
export async function decodeImage(
  bytes: Buffer,
  beforeDecoding: BeforeDecoding = async () => {},
): Promise<DecodedImage> {
  const header = readHeader(bytes);
  checkDimensions(header.width, header.height);
  if (header.format === 'gif') throw new ImageProblem('GIF images cannot be read; convert it to PNG');
  if (header.format === 'jpeg' && !jpegIsComplete(bytes)) throw new ImageProblem('truncated JPEG');
  await beforeDecoding(header.width * header.height);
  const stored =
    header.format === 'tiff' ? await decodeTiff(bytes, header) : await decodeNative(bytes, header);
  const upright = turnUpright(stored.rgb, stored.width, stored.height, stored.orientation);
  return { ...upright, format: header.format };
}

interface StoredImage {
  width: number;
  height: number;
  rgb: Uint8Array;
  orientation: number;
}

async function decodeNative(bytes: Buffer, header: ImageHeader): Promise<StoredImage> {
  try {
    const transformer = new Transformer(bytes);
    const { width, height, colorType } = await transformer.metadata();
    checkDimensions(width, height);
    const orientation = readOrientation(bytes, header.format);
    return {
      width,
      height,
      rgb: toRgb(await transformer.rawPixels(), colorType, width, height),
      orientation,
    };
  } catch (error) {
    if (error instanceof ImageProblem) throw error;
    const kind = breaksOff(bytes, header.format) ? 'truncated' : 'damaged';
    throw new ImageProblem(`${kind} ${formatTitle(header.format)}`, { cause: error });
  }
}

async function decodeTiff(bytes: Buffer, header: ImageHeader): Promise<StoredImage> {
  const directory = readTiffDirectory(bytes);
  const { orientation } = directory;
  const alone = pixelsAlone(bytes, directory);
  try {
    return { ...(await decodeNative(alone, header)), orientation };
  } catch (error) {
    if (!isUnsupported(error as Error)) throw error;
    const { width, height } = header;
    return { width, height, rgb: decodeTiffInScript(alone, directory), orientation };
  }
}

/**
 * Whether the native decoder does not know a kind of image. If it knows the kind and finds the file damaged,
 * others do no better.
 */
function isUnsupported({ cause }: Error & { cause?: unknown }): boolean {
  return errorMessage(cause).includes('does not support');
}
