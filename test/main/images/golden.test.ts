import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  decodeImage,
  greyOf,
  perceptualHash,
  pixelsSha256,
  toModelInput,
} from '../../../src/main/images/index.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/preprocessing');
const goldenSchema = z.object({
  images: z.array(
    z.object({
      name: z.string(),
      shows: z.string(),
      width: z.number(),
      height: z.number(),
      pixels_sha256: z.string(),
      perceptual_hash: z.string(),
      tolerance: z.number(),
    }),
  ),
});
const golden = goldenSchema.parse(JSON.parse(await readFile(path.join(FOLDER, 'golden.json'), 'utf8')));
/** Of this decoder's JPEGs: cluster/ has to give the same ones. */
const jpegPixels = z
  .record(z.string(), z.string())
  .parse(JSON.parse(await readFile(path.join(FOLDER, 'jpeg.json'), 'utf8')));
/** Decoders of these agree to the bit; those of JPEG round in different ways. */
const isLossless = (name: string) => !/\.jpe?g$/.test(name);

describe('preprocessing, against what the training code makes of the same files', () => {
  it.each(golden.images)('$name: $shows', async (expected) => {
    const decoded = await decodeImage(await readFile(path.join(FOLDER, expected.name)));
    expect([decoded.width, decoded.height]).toEqual([expected.width, expected.height]);
    expect(pixelsSha256(decoded)).toBe(jpegPixels[expected.name] ?? expected.pixels_sha256);

    const input = await toModelInput(decoded, 112);
    const wanted = await decodeImage(await readFile(path.join(FOLDER, `${expected.name}.expected.png`)));
    const differences = input.map((value, index) => Math.abs(value - (wanted.rgb[index] as number)));
    expect(input.length).toBe(112 * 112 * 3);
    expect(differences.reduce((most, difference) => Math.max(most, difference), 0)).toBeLessThanOrEqual(
      isLossless(expected.name) ? 0 : expected.tolerance,
    );
    expect(perceptualHash(greyOf(wanted.rgb))).toBe(expected.perceptual_hash);
  });
});
