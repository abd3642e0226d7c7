import { describe, expect, it } from 'vitest';
import { decodeImage, perceptualHash, pixelsSha256, toModelInput } from '../../../src/main/images/index.ts';
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
    expect(perceptualHash(new Uint8Array(112 * 112 * 3).fill(90))).toBe('0000000000000000');
    expect(() => perceptualHash(new Uint8Array(3))).toThrow(RangeError);
  });

  it('stay near when an image is encoded anew', async () => {
    const hashOf = async (bytes: Buffer) => perceptualHash(await toModelInput(await decodeImage(bytes), 112));
    const one = await hashOf(await gradient(120, 120).png());
    const other = await hashOf(await gradient(120, 120).jpeg(60));
    const differing = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length;
    expect(differing).toBeLessThanOrEqual(8);
  });
});
