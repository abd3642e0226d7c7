import { JsColorType } from '@napi-rs/image';
import { ImageProblem } from './imageProblem.ts';

/** Transparent parts are shown over this grey. */
const MID_GREY = 128;

const LAYOUTS: Partial<Record<JsColorType, { channels: 1 | 2 | 3 | 4; bytes: 1 | 2 }>> = {
  [JsColorType.L8]: { channels: 1, bytes: 1 },
  [JsColorType.La8]: { channels: 2, bytes: 1 },
  [JsColorType.Rgb8]: { channels: 3, bytes: 1 },
  [JsColorType.Rgba8]: { channels: 4, bytes: 1 },
  [JsColorType.L16]: { channels: 1, bytes: 2 },
  [JsColorType.La16]: { channels: 2, bytes: 2 },
  [JsColorType.Rgb16]: { channels: 3, bytes: 2 },
  [JsColorType.Rgba16]: { channels: 4, bytes: 2 },
};

/**
 * Pixels of a file's own kind as RGB: grey repeated, alpha over mid-grey, of 16 bits the upper eight.
 *
 * @param pixels [H*W*channels], 16-bit samples in the machine's byte order.
 * @returns [H*W*3]
 * @throws ImageProblem for floating-point pixels.
 */
export function toRgb(pixels: Buffer, colorType: JsColorType, width: number, height: number): Uint8Array {
  const layout = LAYOUTS[colorType];
  if (layout === undefined) throw new ImageProblem('floating-point pixels cannot be read; convert it to PNG');
  const expected = width * height * layout.channels * layout.bytes;
  if (pixels.length !== expected) throw new ImageProblem('the decoder returned the wrong number of pixels');
  const samples = layout.bytes === 1 ? pixels : upperBytes(pixels);
  if (layout.channels === 3) return samples;
  return layout.channels === 1 ? repeatGrey(samples) : flattenAlpha(samples, layout.channels);
}

/** RGBA [H*W*4] over mid-grey as RGB [H*W*3]. */
export function flattenAlpha(samples: Uint8Array, channels: 2 | 4): Uint8Array {
  const count = samples.length / channels;
  const rgb = new Uint8Array(count * 3);
  const [green, blue] = channels === 4 ? [1, 2] : [0, 0];
  for (let pixel = 0; pixel < count; pixel++) {
    const at = pixel * channels;
    const alpha = samples[at + channels - 1] as number;
    const behind = MID_GREY * (255 - alpha) + 127;
    rgb[pixel * 3] = ((samples[at] as number) * alpha + behind) / 255;
    rgb[pixel * 3 + 1] = ((samples[at + green] as number) * alpha + behind) / 255;
    rgb[pixel * 3 + 2] = ((samples[at + blue] as number) * alpha + behind) / 255;
  }
  return rgb;
}

function repeatGrey(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let pixel = 0; pixel < grey.length; pixel++) {
    const value = grey[pixel] as number;
    rgb[pixel * 3] = value;
    rgb[pixel * 3 + 1] = value;
    rgb[pixel * 3 + 2] = value;
  }
  return rgb;
}

function upperBytes(pixels: Buffer): Uint8Array {
  const isAligned = pixels.byteOffset % 2 === 0;
  const { buffer, byteOffset } = isAligned ? pixels : new Uint8Array(pixels);
  const wide = new Uint16Array(buffer, byteOffset, pixels.length / 2);
  const upper = new Uint8Array(wide.length);
  for (let at = 0; at < upper.length; at++) upper[at] = (wide[at] as number) >>> 8;
  return upper;
}
