import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { TrainingImages } from '../../../src/main/issues/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const PIXELS = 'ab'.repeat(32);
const HASH = '00000000ffffffff';

async function trainedOn(maxDistance: number): Promise<TrainingImages> {
  const list = join(temporaryFolder(), 'list.csv.gz');
  writeFileSync(list, gzipSync(`pixels_sha256,perceptual_hash\n${PIXELS},${HASH}\n`));
  return TrainingImages.load(list, maxDistance);
}

describe("a model's training images", () => {
  it('are known by their pixels', async () => {
    expect((await trainedOn(0)).match(PIXELS, '1234567812345678')).toBe('same-pixels');
  });

  it('are known as near copies up to the distance that the model states', async () => {
    const images = await trainedOn(2);
    expect(images.match('other', HASH)).toBe('near-copy');
    expect(images.match('other', '80000000fffffffe')).toBe('near-copy'); // one bit in each half
    expect(images.match('other', 'c0000000fffffffe')).toBeNull();
    expect(images.match('other', 'ffffffffffffffff')).toBeNull();
  });

  it('that cannot be read make a model that cannot be used', async () => {
    const list = join(temporaryFolder(), 'list.csv.gz');
    writeFileSync(list, 'no gzip');
    await expect(TrainingImages.load(list, 0)).rejects.toThrow(/list of training images .* cannot be read/);
  });
});
