import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetMetadataAsync } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { recogniseDataset } from '../../../src/main/dataset/index.ts';
import { checkParquetSize, openParquetFile } from '../../../src/main/files/index.ts';
import { readParquetImage } from '../../../src/main/images/parquetImage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const ROWS = 40_000;

/** Labels, pictures and a few columns of text; each page's header claims that it unpacks to 128 MiB. */
async function bomb(columns: number): Promise<{ folder: string; file: string }> {
  const names = Array.from({ length: columns }, (_, index) => `text${index}`);
  const text = Array.from({ length: ROWS }, (_, row) => `a text that is not so short ${row}`);
  const bytes = Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: text.map((value) => new TextEncoder().encode(value)), type: 'BYTE_ARRAY' },
        { name: 'label', data: text.map((_, row) => (row % 2 === 0 ? 'happy' : 'sad')), type: 'STRING' },
        ...names.map((name) => ({ name, data: text, type: 'STRING' as const })),
      ],
      rowGroupSize: ROWS,
    }),
  );
  const folder = temporaryFolder();
  const file = join(folder, 'train.parquet');
  writeFileSync(file, bytes);
  const { row_groups: groups } = await parquetMetadataAsync(await openParquetFile(file));
  for (const { meta_data: column } of groups[0]?.columns ?? []) {
    const name = column?.path_in_schema[0] ?? '';
    if (!name.startsWith('text') && name !== 'image') continue;
    const start = Number(column?.data_page_offset);
    // Page of version 2, then the unpacked size as a varint of four bytes.
    expect([...bytes.subarray(start, start + 3)]).toEqual([0x15, 0x06, 0x15]);
    expect(bytes.subarray(start + 3, start + 7).map((byte) => byte & 0x80)).toEqual(
      Buffer.from([0x80, 0x80, 0x80, 0]),
    );
    bytes.set([0xfe, 0xff, 0xff, 0x7f], start + 3);
  }
  writeFileSync(file, bytes);
  return { folder, file };
}

describe('a Parquet file that unpacks to far more than it is', () => {
  it('is refused before it is unpacked, with the file and the reason', async () => {
    const { folder } = await bomb(5);
    await expect(recogniseDataset(folder)).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringMatching(/train\.parquet.*unpacks to more than 512 MiB/),
    });
  });

  it('is a problem of its pictures', async () => {
    const { file } = await bomb(1);
    const source = await openParquetFile(file);
    const metadata = await parquetMetadataAsync(source);
    await expect(checkParquetSize(source, metadata, 0, ['image'], 2 ** 26)).rejects.toThrow(
      'unpacks to more',
    );
    await expect(readParquetImage(file, ROWS, 'image')).rejects.toThrow('has no row');
  });

  it('is distinguished from one that is what it says', async () => {
    const text = Array.from({ length: 100 }, (_, row) => `text ${row}`);
    const file = join(temporaryFolder(), 'a.parquet');
    const data = parquetWriteBuffer({ columnData: [{ name: 'text', data: text, type: 'STRING' }] });
    writeFileSync(file, Buffer.from(data));
    const source = await openParquetFile(file);
    const metadata = await parquetMetadataAsync(source);
    const size = await checkParquetSize(source, metadata, 0, ['text']);
    expect(size).toBeGreaterThan(100 * 8);
    expect(size).toBeLessThan(50_000);
  });
});
