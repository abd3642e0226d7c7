import { describe, expect, it } from 'vitest';
import {
  decodeImage,
  greyOf,
  perceptualHash,
  pixelsSha256,
  toModelInput,
} from '../../../src/main/images/index.ts';
import { gradient } from '../../support/imageFiles.ts';

const plain = (width: number, height: number, valueAt: (x: number, y: number) => number) => ({
  width,
  height,
  format: 'png',
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return valueAt(pixel % width, Math.floor(pixel / width));
  }),
});

describe('the model’s input', () => {
  it.each([
    [1, 1],
    [1, 300],
    [48, 48],
    [113, 112],
    [500, 37],
  ])('of a plain %i x %i image is as plain', async (width, height) => {
    const input = await toModelInput(
      plain(width, height, () => 255),
      112,
    );
    expect(input).toHaveLength(112 * 112 * 3);
    expect(input.every((value) => value === 255)).toBe(true);
  });

  it('is the image itself where it has the size already', async () => {
    const image = plain(112, 112, (x, y) => (x * 7 + y * 13) % 256);
    expect(Buffer.from(await toModelInput(image, 112)).equals(Buffer.from(image.rgb))).toBe(true);
  });

  it('is cut from the middle', async () => {
    const image = plain(30, 10, (x) => (x >= 10 && x < 20 ? 200 : 0));
    expect(new Set(await toModelInput(image, 10))).toEqual(new Set([200]));
  });
});

describe('fingerprints', () => {
  it('are of grey bytes for a grey image, of RGB bytes for any other', () => {
    // SHA-256 of "a" and of "abc"
    expect(pixelsSha256({ rgb: Uint8Array.of(0x61, 0x61, 0x61) })).toBe(
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    );
    expect(pixelsSha256({ rgb: Uint8Array.of(0x61, 0x62, 0x63) })).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('of a plain image has no bit set', async () => {
    expect(perceptualHash(new Float64Array(112 * 112).fill(90))).toBe('0000000000000000');
    expect(() => perceptualHash(new Float64Array(3))).toThrow(RangeError);
  });

  it('stay close when an image is encoded again', async () => {
    const hashOf = async (bytes: Buffer) =>
      perceptualHash(greyOf(await toModelInput(await decodeImage(bytes), 112)));
    const one = await hashOf(await gradient(120, 120).png());
    const other = await hashOf(await gradient(120, 120).jpeg(60));
    const differing = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length;
    expect(differing).toBeLessThanOrEqual(8);
  });
});

describe('a framed image', () => {
  /** Pixels that encode their position: x in red, y in green. */
  const picture = (width: number, height: number) =>
    ({
      width,
      height,
      format: 'png',
      rgb: Uint8Array.from({ length: width * height * 3 }, (_, at) => {
        const pixel = Math.floor(at / 3);
        return [pixel % width, Math.floor(pixel / width), 7][at % 3] as number;
      }),
    }) as Parameters<typeof toModelInput>[0];
  const asItIs = { scaleX: 1, scaleY: 1, shiftX: 0, shiftY: 0 };
  const redAt = (input: Uint8Array, x: number, y: number, size = 112) => input[(y * size + x) * 3];
  const greenAt = (input: Uint8Array, x: number, y: number, size = 112) => input[(y * size + x) * 3 + 1];

  it('is the image itself where it is framed as it is', async () => {
    const image = picture(112, 112);
    expect(await toModelInput(image, 112, asItIs)).toEqual(await toModelInput(image, 112));
    const wide = picture(200, 112);
    expect(await toModelInput(wide, 112, asItIs)).toEqual(await toModelInput(wide, 112));
  });

  it('is a part of it, pixel by pixel where the part is as large as the input', async () => {
    const input = await toModelInput(picture(224, 224), 112, {
      ...asItIs,
      scaleX: 0.5,
      scaleY: 0.5,
      shiftX: 0.25,
    });
    expect([redAt(input, 0, 0), greenAt(input, 0, 0)]).toEqual([112, 56]);
    expect([redAt(input, 111, 111), greenAt(input, 111, 111)]).toEqual([223, 167]);
  });

  it('repeats the edge where it reaches beyond the image, also far beyond', async () => {
    const input = await toModelInput(picture(112, 112), 112, { ...asItIs, scaleX: 2 });
    expect([redAt(input, 0, 50), redAt(input, 20, 50), redAt(input, 111, 50)]).toEqual([0, 0, 111]);
    expect(greenAt(input, 5, 50)).toBe(50);
    const beside = await toModelInput(picture(112, 112), 112, { ...asItIs, shiftX: 3, shiftY: -3 });
    expect(new Set(beside)).toEqual(new Set([111, 0, 7]));
  });
});
