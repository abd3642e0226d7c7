import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../../src/main/images/index.ts';
import { COLOURS, type ColourName, colourPng } from '../../support/colourDataset.ts';
import { IMAGE_PARQUET_FEATURES, imageParquet } from '../../support/imageParquet.ts';
import { openTree } from '../../support/roundTrip.ts';

async function shard(
  rows: { colour: ColourName; label: bigint | null }[],
  rowGroupSize?: number,
): Promise<Uint8Array> {
  const images = await Promise.all(
    rows.map(async ({ colour, label }) => ({ bytes: new Uint8Array(await colourPng(colour)), label })),
  );
  return imageParquet(images, rowGroupSize);
}

describe('a Hugging Face dataset in Parquet files', () => {
  it('is read with its class names, splits and further columns, and its images are found by their rows', async () => {
    const { recognition, samples, folder } = await openTree({
      'data/test-00000-of-00001.parquet': await shard([{ colour: 'anger', label: 2n }]),
      'data/train-00000-of-00001.parquet': await shard([
        { colour: 'happiness', label: 1n },
        { colour: 'neutral', label: 0n },
        { colour: 'sadness', label: null },
        { colour: 'anger', label: -1n },
      ]),
      'README.md': '---\ndataset_info:\n',
    });
    expect(recognition).toMatchObject({ layout: 'hf-parquet', images: 5, metadata: ['age'] });
    expect(
      samples.map(({ image, split, givenLabel, metadata }) => [image, split, givenLabel, metadata?.age]),
    ).toEqual([
      ['data/test-00000-of-00001.parquet', 'test', 'anger', '20'],
      ['data/train-00000-of-00001.parquet', 'train', 'happiness', '20'],
      ['data/train-00000-of-00001.parquet#2', 'train', 'neutral', '21'],
      ['data/train-00000-of-00001.parquet#3', 'train', null, '22'],
      ['data/train-00000-of-00001.parquet#4', 'train', null, '23'],
    ]);
    const pixels = await Promise.all(
      samples.map(async ({ path, region }) => {
        const image = await (await openImage({ path: join(folder, path), region })).decode();
        return [...image.rgb.subarray(0, 3)];
      }),
    );
    expect(pixels).toEqual(
      [COLOURS.anger, COLOURS.happiness, COLOURS.neutral, COLOURS.sadness, COLOURS.anger].map((colour) => [
        ...colour,
      ]),
    );
  });

  it('that was cut off, or has a label out of range, says so', async () => {
    const whole = await shard([{ colour: 'anger', label: 1n }]);
    await expect(openTree({ 'train.parquet': whole.subarray(0, whole.length - 9) })).rejects.toThrow(
      /train\.parquet: it is not a Parquet file, or is truncated/,
    );
    await expect(
      openTree({ 'train.parquet': await shard([{ colour: 'anger', label: 3n }]) }),
    ).rejects.toThrow(/train\.parquet: row 1: the label 3 is not one of 0 to 2/);
  });

  it('has a problem for a row that is not there any more', async () => {
    const { folder } = await openTree({ 'train.parquet': await shard([{ colour: 'anger', label: 1n }]) });
    const path = join(folder, 'train.parquet');
    const region = { kind: 'parquet', row: 5, column: 'image' } as const;
    await expect(openImage({ path, region })).rejects.toThrow('the file has no row 6');
    writeFileSync(path, 'PAR1');
    await expect(openImage({ path, region })).rejects.toThrow('the Parquet file cannot be read');
  });

  it('is written back with other labels in the rows that changed, and nothing else', async () => {
    const rows = (['happiness', 'neutral', 'anger', 'sadness', 'anger'] as const).map((colour, row) => ({
      colour,
      label: row === 3 ? null : BigInt(row % 3),
    }));
    const tree = {
      'data/test.parquet': await shard(rows.slice(0, 2)),
      'data/train.parquet': await shard(rows),
    };
    const { samples, write, original } = await openTree(tree);
    expect(await write()).toEqual(await original(['data/test.parquet', 'data/train.parquet']));

    const changes = {
      'data/train.parquet#2': 'anger',
      'data/train.parquet#4': 'neutral',
      'data/train.parquet#5': null,
    };
    const written = await write(changes);
    expect(written['data/test.parquet']).toBe((await original(['data/test.parquet']))['data/test.parquet']);
    const again = await openTree(
      Object.fromEntries(Object.entries(written).map(([path, text]) => [path, Buffer.from(text, 'latin1')])),
    );
    expect(again.samples).toEqual(
      samples.map((sample) =>
        sample.image in changes
          ? { ...sample, givenLabel: changes[sample.image as keyof typeof changes] }
          : sample,
      ),
    );
    const before = Buffer.from(tree['data/train.parquet']).toString('latin1');
    const footer = before.length - 8 - Buffer.from(before, 'latin1').readUInt32LE(before.length - 8);
    expect(written['data/train.parquet']?.startsWith(before.slice(0, footer))).toBe(true);
    expect(written['data/train.parquet']).toContain(JSON.stringify(IMAGE_PARQUET_FEATURES));
    await expect(write({ 'data/train.parquet': 'awe' })).rejects.toThrow(
      /Hugging Face Parquet cannot store the label "awe" of data\/train\.parquet/,
    );
  });
});
