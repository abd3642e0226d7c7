import type { Framing } from '../../domain/framing/framing.ts';
import type { DecodedImage } from './decode.ts';
import { type Axis, resizeWindow } from './resize.ts';

/**
 * The image as the model was trained on it: the shorter side resized to `size`, the longer in proportion, the
 * centre square cut out. The same steps, to the bit, as the training code's preprocessing. Framed, it is another window of the same
 * picture, in the same one step; beyond the picture its edge is repeated, as training did.
 *
 * @param size side in pixels, 112 for the shipped models.
 * @returns RGB [size*size*3]
 */
export async function toModelInput(
  image: DecodedImage,
  size: number,
  framing: Framing | null = null,
): Promise<Uint8Array> {
  const short = Math.min(image.width, image.height);
  if (framing !== null) {
    const { scaleX, scaleY, shiftX, shiftY } = framing;
    const axis = (side: number, scale: number, shift: number): Axis => ({
      size: (side * size) / (short * scale),
      from: size * ((side / short / 2 + shift) / scale - 0.5),
      count: size,
      repeatEdge: true,
    });
    return resizeWindow(image, axis(image.width, scaleX, shiftX), axis(image.height, scaleY, shiftY));
  }
  const scaled = (side: number) => Math.floor((2 * side * size + short) / (2 * short));
  const centred = (side: number) => ({ size: side, from: Math.floor((side - size) / 2), count: size });
  return resizeWindow(image, centred(scaled(image.width)), centred(scaled(image.height)));
}
