import type { DecodedImage } from './decode.ts';
import { resizeWindow } from './resize.ts';

/**
 * The image as the model was trained on it: the shorter side resized to `size`, the longer in proportion, the
 * centre square cut out. The same steps, to the bit, as the training code's preprocessing.
 *
 * @param size side in pixels, 112 for the shipped models.
 * @returns RGB [size*size*3]
 */
export async function toModelInput(image: DecodedImage, size: number): Promise<Uint8Array> {
  const short = Math.min(image.width, image.height);
  const scaled = (side: number) => Math.floor((2 * side * size + short) / (2 * short));
  const centred = (side: number) => ({ size: side, from: Math.floor((side - size) / 2), count: size });
  return resizeWindow(image, centred(scaled(image.width)), centred(scaled(image.height)));
}
