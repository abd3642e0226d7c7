import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const IMAGES: Tree = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`im/${index}.jpg`, 'x']));
const csv = (header: string, rows: string[]): Tree => ({
  ...IMAGES,
  'labels.csv': [header, ...rows.map((row, index) => `im/${index}.jpg,${row}`)].join('\n'),
});
const eight = (...values: string[]) =>
  Array.from({ length: 8 }, (_, index) => values[index % values.length] ?? '');
const labels = async (tree: Tree, options = {}) =>
  (await openTree(tree, options)).samples.map(({ givenLabel }) => givenLabel);
const parquet = (columns: ColumnSource[], features?: Record<string, unknown>): Tree => ({
  'train.parquet': new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: [1, 2, 3, 4].map((byte) => Uint8Array.of(byte)), type: 'BYTE_ARRAY' },
        ...columns,
      ],
      ...(features === undefined
        ? {}
        : { kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }] }),
    }),
  ),
});

describe('the column of labels in a table', () => {
  it('is the one of emotions, not of sexes or of what a model says', async () => {
    expect(await labels(csv('image,label,mood', eight('male,happy', 'female,sad')))).toEqual(
      eight('happy', 'sad'),
    );
    expect(await labels(csv('image,gender,emotion', eight('0,3', '1,5')))).toEqual(eight('3', '5'));
    expect(await labels(csv('image,predicted,truth', eight('sad,happy', 'sad,sad')))).toEqual(
      eight('happy', 'sad'),
    );
  });

  it('is asked where several could be, and taken as said', async () => {
    const tree = csv('image,foo,bar,note', eight('1,4,a', '2,5,b', '1,4,c', '2,5,d'));
    const { recognition } = await openTree(tree);
    expect(recognition.choices).toEqual([
      expect.objectContaining({ option: 'labelColumn', flag: '--label-column', isSure: false }),
    ]);
    expect(recognition.choices?.[0]?.values.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['foo', 'bar']),
    );
    expect(await labels(tree, { labelColumn: 'bar' })).toEqual(eight('4', '5'));
    const two = await openTree(csv('image,first,second', eight('happy,sad', 'sad,sad')));
    expect(two.recognition.choices?.[0]).toMatchObject({ isSure: false });
  });

  it('may be one for each class: one-hot, or votes, and is written back so', async () => {
    const oneHot = csv('image,angry,happy,sad', eight('1,0,0', '0,1,0', '0,0,1', '0.0,1.0,0.0'));
    expect(await labels(oneHot)).toEqual(eight('angry', 'happy', 'sad', 'happy'));
    const { write } = await openTree(oneHot);
    const written = (await write({ 'im/0.jpg': 'sad', 'im/3.jpg': 'sad' }))['labels.csv']?.split('\n');
    expect([written?.[1], written?.[4]]).toEqual(['im/0.jpg,0,0,1', 'im/3.jpg,0.0,0.0,1.0']);
    const votes = csv(
      'image,neutral,happiness,fear,unknown',
      eight('8,1,1,0', '2,5,2,1', '4,4,1,1', '0,0,0,9'),
    );
    expect(await labels(votes)).toEqual(
      eight('neutral', 'happiness', null as unknown as string, 'unknown').map((label) => label || null),
    );
  });

  it('is never what a model predicts', async () => {
    const tree = csv('image,angry,happy,sad', eight('0.7,0.2,0.1', '0.1,0.8,0.1'));
    await expect(openTree(tree)).rejects.toMatchObject({ code: 'layout-unknown' });
  });

  it('is that of the majority in FERPlus’s own lists of a box and ten votes', async () => {
    const { recognition, samples } = await openTree({
      'FER2013Train/fer0000000.png': 'x',
      'FER2013Train/fer0000001.png': 'x',
      'FER2013Valid/fer0028638.png': 'x',
      'FER2013Train/label.csv':
        'fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0\nfer0000001.png,"(0, 0, 48, 48)",0,9,0,0,1,0,0,0,0,0\n',
      'FER2013Valid/label.csv': 'fer0028638.png,"(0, 0, 48, 48)",0,0,0,0,8,0,0,2,0,0\n',
    });
    expect(recognition.layout).toBe('table');
    expect(samples.map(({ path, split, givenLabel }) => [path, split, givenLabel])).toEqual([
      ['FER2013Train/fer0000000.png', 'FER2013Train', null],
      ['FER2013Train/fer0000001.png', 'FER2013Train', 'happiness'],
      ['FER2013Valid/fer0028638.png', 'FER2013Valid', 'anger'],
    ]);
  });
});

describe('the column of labels in Parquet', () => {
  const gender = { name: 'gender', data: [0, 1, 0, 1], type: 'INT32' as const };
  const emotion = { name: 'expression', data: [1, 0, 1, 0], type: 'INT32' as const };

  it('is the one of emotions, whatever comes before it', async () => {
    const features = {
      image: { _type: 'Image' },
      gender: { _type: 'ClassLabel', names: ['male', 'female'] },
      expression: { _type: 'ClassLabel', names: ['happy', 'sad'] },
    };
    expect(await labels(parquet([gender, emotion], features))).toEqual(['sad', 'happy', 'sad', 'happy']);
    expect(await labels(parquet([gender, emotion]))).toEqual(['1', '0', '1', '0']);
  });

  it('may be said, or one for each class', async () => {
    expect(await labels(parquet([gender, emotion]), { labelColumn: 'gender' })).toEqual(['0', '1', '0', '1']);
    await expect(openTree(parquet([gender, emotion]), { labelColumn: 'mood' })).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringContaining('"mood"'),
    });
    const oneHot = ['angry', 'happy', 'sad'].map((name, at) => ({
      name,
      data: [0, 1, 2, 1].map((own) => own === at),
      type: 'BOOLEAN' as const,
    }));
    expect(await labels(parquet(oneHot))).toEqual(['angry', 'happy', 'sad', 'happy']);
  });
});

it('a column cannot be said of a layout that has its own', async () => {
  const tree: Tree = {
    'Image/aligned/train_00001_aligned.jpg': 'x',
    'EmoLabel/list_patition_label.txt': 'train_00001.jpg 4\n',
  };
  await expect(openTree(tree, { layout: 'raf-db', labelColumn: 'emotion' })).rejects.toMatchObject({
    code: 'bad-request',
    message: '--label-column does not apply to the layout raf-db (RAF-DB)',
  });
});
