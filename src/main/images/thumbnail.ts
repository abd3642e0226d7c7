import { Transformer } from '@napi-rs/image';
import type { BoxRegion, ImageSource } from '../../domain/imageSource.ts';
import type { BeforeDecoding, DecodedImage } from './decode.ts';
import { type ImageFormat, readHeader } from './imageHeader.ts';
import { checkDimensions } from './imageProblem.ts';
import { type OpenedImage, openImage, pixelsOf } from './imageSource.ts';
import { resizeWindow } from './resize.ts';

/** Pixels of the shorter side of an image file; null where a picture is no file of its own. @throws ImageProblem */
export function shorterSide({ isWhole, bytes }: OpenedImage): number | null {
  if (!isWhole) return null;
  const { width, height } = readHeader(bytes);
  return Math.min(width, height);
}

export interface RenderedImage {
  bytes: Buffer;
  contentType: string;
}

/** Formats that every browser shows unchanged, upright and in colour. */
const SHOWN_BY_BROWSERS: Partial<Record<ImageFormat, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
};
const THUMBNAIL_QUALITY = 82;

/** The content type of a picture whose bytes any browser shows; null for every other. @throws ImageProblem */
export function shownAsItIs({ isWhole, bytes }: OpenedImage): string | null {
  if (!isWhole) return null;
  const { format, width, height } = readHeader(bytes);
  checkDimensions(width, height);
  return SHOWN_BY_BROWSERS[format] ?? null;
}

/**
 * The picture in full size for a page: the file itself if browsers show it, else a PNG of its pixels.
 *
 * @throws ImageProblem
 */
export async function renderForBrowser(image: OpenedImage): Promise<RenderedImage> {
  const contentType = shownAsItIs(image);
  if (contentType !== null) return { bytes: image.bytes, contentType };
  return { bytes: await transformerOf(await image.decode()).png(), contentType: 'image/png' };
}

/**
 * A small JPEG whose longer side is at most `maxSidePixels`; a smaller image keeps its size. Pictures that
 * cannot be decoded here but are shown by browsers (GIF) are passed on unchanged.
 *
 * @throws ImageProblem
 */
export async function renderThumbnail(image: OpenedImage, maxSidePixels: number): Promise<RenderedImage> {
  if (image.isWhole && readHeader(image.bytes).format === 'gif') return renderForBrowser(image);
  const small = shrink(await image.decode(), maxSidePixels);
  return { bytes: await transformerOf(small).jpeg(THUMBNAIL_QUALITY), contentType: 'image/jpeg' };
}

/** Share of its brightness that a dimmed pixel keeps. */
const DIMMED = 0.35;

/**
 * A small JPEG of the whole image that a sample is a box of, dimmed around the box.
 *
 * @throws ImageProblem
 */
export async function renderPhotograph(
  { path, place }: Pick<ImageSource, 'path' | 'place'>,
  box: BoxRegion,
  maxSidePixels: number,
  beforeDecoding?: BeforeDecoding,
): Promise<RenderedImage> {
  const whole = await (
    await openImage({ path, region: box.picture ?? null, place }, beforeDecoding)
  ).decode();
  const small = shrink(whole, maxSidePixels);
  const { left, top, right, bottom } = pixelsOf(box, whole);
  const scale = small.width / whole.width;
  const [from, to] = [left * scale, right * scale];
  const rgb = small.rgb.slice();
  for (let offset = 0; offset < rgb.length; offset++) {
    const pixel = Math.floor(offset / 3);
    const [x, y] = [(pixel % small.width) + 0.5, Math.floor(pixel / small.width) + 0.5];
    const isInside = x >= from && x < to && y >= top * scale && y < bottom * scale;
    if (!isInside) rgb[offset] = (rgb[offset] as number) * DIMMED;
  }
  return { bytes: await transformerOf({ ...small, rgb }).jpeg(THUMBNAIL_QUALITY), contentType: 'image/jpeg' };
}

function shrink(image: DecodedImage, maxSidePixels: number): DecodedImage {
  const factor = maxSidePixels / Math.max(image.width, image.height);
  if (factor >= 1) return image;
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * factor)));
  const whole = (size = 1) => ({ size, from: 0, count: size });
  const rgb = resizeWindow(image, whole(width), whole(height));
  return { ...image, width: width ?? 1, height: height ?? 1, rgb };
}

/** A square picture, as a model sees it. @param rgb [side*side*3] */
export async function renderPixels(rgb: Uint8Array, side: number): Promise<RenderedImage> {
  const image = { rgb, width: side, height: side };
  return { bytes: await transformerOf(image).png(), contentType: 'image/png' };
}

function transformerOf({ rgb, width, height }: Pick<DecodedImage, 'rgb' | 'width' | 'height'>): Transformer {
  const rgba = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from] as number;
    rgba[to + 1] = rgb[from + 1] as number;
    rgba[to + 2] = rgb[from + 2] as number;
    rgba[to + 3] = 255;
  }
  return Transformer.fromRgbaPixels(rgba, width, height);
}
