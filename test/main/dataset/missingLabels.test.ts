import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const WORDS = [
  '',
  ' ',
  'NaN',
  'nan',
  'NAN',
  'None',
  'NULL',
  'null',
  'N/A',
  'n/a',
  'NA',
  '<NA>',
  '#N/A',
  '-nan',
];
const images = (count: number): Tree =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`im/${index}.jpg`, `${index}`]));

describe('a label that is missing', () => {
  it('is none, however the table writes it', async () => {
    const rows = [...WORDS, 'happy', 'none'].map((word, index) => `im/${index}.jpg,${word}\n`);
    const { recognition, samples } = await openTree({
      ...images(rows.length),
      'labels.csv': `image,label\n${rows.join('')}`,
    });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual([...WORDS.map(() => null), 'happy', 'none']);
    expect(recognition.classes.map(({ name }) => name)).toEqual(['happy', 'none']);
    expect(recognition.problems.map(({ message }) => message)).toContain(
      `${WORDS.length} rows have no label`,
    );
  });

  it('is none in metadata.csv, metadata.jsonl and in lists of fixed ids', async () => {
    const folder = await openTree({
      ...images(3),
      'metadata.csv': 'file_name,label\nim/0.jpg,NaN\nim/1.jpg,sad\nim/2.jpg,N/A\n',
    });
    expect(folder.samples.map(({ givenLabel }) => givenLabel)).toEqual([null, 'sad', null]);
    const list = await openTree({
      'Image/aligned/train_00001_aligned.jpg': 'x',
      'Image/aligned/train_00002_aligned.jpg': 'x',
      'EmoLabel/list_patition_label.txt': 'train_00001.jpg nan\ntrain_00002.jpg 4.0\n',
    });
    expect(list.samples.map(({ givenLabel }) => givenLabel)).toEqual([null, 'happiness']);
  });

  it('is none in Parquet, as NaN and as null', async () => {
    const table = (label: { data: unknown[]; type: 'DOUBLE' | 'STRING' }) =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'image', data: label.data.map(() => Uint8Array.of(1)), type: 'BYTE_ARRAY' },
            { name: 'label', nullable: true, ...label },
          ],
        }),
      );
    const numbers = table({ data: [3, Number.NaN, 0, null], type: 'DOUBLE' });
    const { samples, write } = await openTree({ 'train.parquet': numbers });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual(['3', null, '0', null]);
    expect(Object.keys(await write({ 'train.parquet#2': '3' }))).toEqual(['train.parquet']);
    const words = table({ data: ['sad', 'None', null, '3.0'], type: 'STRING' });
    expect((await openTree({ 'train.parquet': words })).samples.map(({ givenLabel }) => givenLabel)).toEqual([
      'sad',
      null,
      null,
      '3',
    ]);
  });
});

describe('a number as a label', () => {
  it('is one class as 3 and as 3.0, and is written back as its column writes numbers', async () => {
    const { recognition, write } = await openTree({
      ...images(6),
      'labels.csv':
        'image,label\nim/0.jpg,3\nim/1.jpg,3.0\nim/2.jpg,5.00\nim/3.jpg,5\nim/4.jpg,0.0\nim/5.jpg,-1.0\n',
    });
    expect(recognition.classes.map(({ name, count }) => [name, count])).toEqual([
      ['-1', 1],
      ['0', 1],
      ['3', 2],
      ['5', 2],
    ]);
    const written = await write({ 'im/0.jpg': '5', 'im/1.jpg': '5', 'im/2.jpg': '0' });
    expect(written['labels.csv']).toBe(
      'image,label\nim/0.jpg,5\nim/1.jpg,5.0\nim/2.jpg,0.00\nim/3.jpg,5\nim/4.jpg,0.0\nim/5.jpg,-1.0\n',
    );
  });
});
