import type { BoxRegion, DatasetPlace, ImageSource } from '../../domain/imageSource.ts';
import { openRegularFile } from '../files/index.ts';
import { type BeforeDecoding, type DecodedImage, decodeImage, readImageFile } from './decode.ts';
import { explainFileError } from './fileProblems.ts';
import { checkDimensions, ImageProblem } from './imageProblem.ts';
import { readParquetImage } from './parquetImage.ts';

/** One picture before it is decoded. */
export interface OpenedImage {
  /** The picture's bytes: the file's, or its own part of them. */
  bytes: Buffer;
  /** Whether `bytes` are all there is to it: an image file. */
  isWhole: boolean;
  /** @throws ImageProblem */
  decode(): Promise<DecodedImage>;
}

const LONGEST_PART = 256 * 2 ** 20;

/**
 * Reads the picture of a sample: a file, a box of one, or a row of a file that holds many.
 *
 * @throws ImageProblem
 */
export async function openImage(
  { path, region, place = null }: ImageSource,
  beforeDecoding?: BeforeDecoding,
): Promise<OpenedImage> {
  if (region === null) return wholeImage(await readImageFile(path, undefined, place), beforeDecoding);
  if (region.kind === 'box') {
    const whole = await openImage({ path, region: region.picture ?? null, place }, beforeDecoding);
    return { ...whole, isWhole: false, decode: async () => cropBox(await whole.decode(), region) };
  }
  if (region.kind === 'parquet') {
    return wholeImage(await readParquetImage(path, region.row, region.column, place), beforeDecoding);
  }
  const bytes = await readPart({ path, place }, region);
  if (region.kind === 'encoded') return wholeImage(bytes, beforeDecoding);
  const decode = async () => {
    await beforeDecoding?.(bytes.length / SHORTEST_PIXEL_TEXT);
    return decodePixelText(bytes.toString('latin1'));
  };
  return { bytes, isWhole: false, decode };
}

/** A digit and a space. */
const SHORTEST_PIXEL_TEXT = 2;

/** An image file's bytes as a picture. */
export function wholeImage(bytes: Buffer, beforeDecoding?: BeforeDecoding): OpenedImage {
  return { bytes, isWhole: true, decode: () => decodeImage(bytes, beforeDecoding) };
}

async function readPart(
  { path, place }: { path: string; place: DatasetPlace | null },
  { offset, length }: { offset: number; length: number },
): Promise<Buffer> {
  if (length > LONGEST_PART) throw new ImageProblem('the picture exceeds the limit of 256 MiB');
  try {
    await using file = await openRegularFile(path, place);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position: offset });
    if (bytesRead < length) throw new ImageProblem('the image data is truncated');
    return buffer;
  } catch (error) {
    throw explainFileError(error);
  }
}

/**
 * The area of a box within an image, in pixels, clipped to the image; `right` and `bottom` are the first
 * outside.
 */
export function pixelsOf(box: BoxRegion, { width, height }: { width: number; height: number }) {
  const [across, down] = box.unit === 'fraction' ? [width, height] : [1, 1];
  return {
    left: Math.max(0, Math.round(box.left * across)),
    top: Math.max(0, Math.round(box.top * down)),
    right: Math.min(width, Math.round((box.left + box.width) * across)),
    bottom: Math.min(height, Math.round((box.top + box.height) * down)),
  };
}

/** The part of an image within a box, clipped to the image. @throws ImageProblem if all of it is outside */
function cropBox(image: DecodedImage, box: BoxRegion): DecodedImage {
  const { left, top, right, bottom } = pixelsOf(box, image);
  const [width, height] = [right - left, bottom - top];
  if (width < 1 || height < 1) throw new ImageProblem('the face box is outside the image');
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    rgb.set(image.rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { ...image, width, height, rgb };
}

/** A square grey picture whose values are decimal text, rows first. */
function decodePixelText(text: string): DecodedImage {
  const values = text
    .replaceAll('"', '')
    .split(/[\s,]+/)
    .filter((value) => value !== '')
    .map(Number);
  const side = Math.sqrt(values.length);
  if (!Number.isInteger(side) || side === 0) {
    throw new ImageProblem(`${values.length} pixel values are not a square image`);
  }
  checkDimensions(side, side);
  if (values.some((value) => !(value >= 0 && value <= 255))) {
    throw new ImageProblem('a pixel value is not a number from 0 to 255');
  }
  const rgb = new Uint8Array(values.length * 3);
  for (const [pixel, value] of values.entries()) rgb.fill(value, pixel * 3, pixel * 3 + 3);
  return { width: side, height: side, rgb, format: 'text' };
}
