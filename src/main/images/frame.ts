import type { DecodedImage } from './decode.ts';
import { resizeWindow } from './resize.ts';

/** An image inside a frame of another shape: the area that it covers, in the frame's pixels. */
export interface FramedImage {
  /** RGB [H*W*3] of the frame */
  rgb: Uint8Array;
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Colour of the frame around the image. */
const MID_GREY = 127;

/** The whole image, as large as it fits, in the middle of a frame; its shape is kept. */
export function layInFrame(image: DecodedImage, frameWidth: number, frameHeight: number): FramedImage {
  const scale = Math.min(frameWidth / image.width, frameHeight / image.height);
  const width = Math.max(1, Math.round(image.width * scale));
  const height = Math.max(1, Math.round(image.height * scale));
  const left = (frameWidth - width) >> 1;
  const top = (frameHeight - height) >> 1;
  const whole = (size: number) => ({ size, from: 0, count: size });
  const inner = resizeWindow(image, whole(width), whole(height));
  const rgb = new Uint8Array(frameWidth * frameHeight * 3).fill(MID_GREY);
  for (let row = 0; row < height; row++) {
    const from = row * width * 3;
    rgb.set(inner.subarray(from, from + width * 3), ((top + row) * frameWidth + left) * 3);
  }
  return { rgb, left, top, width, height };
}
