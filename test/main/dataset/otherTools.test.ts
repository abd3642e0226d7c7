import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import {
  type LabelChanges,
  type Recognition,
  recogniseDataset,
  writeDataset,
} from '../../../src/main/dataset/index.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function open(tree: Record<string, string | Uint8Array>, options = {}) {
  const folder = await makeTree(temporaryFolder(), tree);
  const dataset = await recogniseDataset(folder, options);
  const { recognition } = dataset;
  const samples = await Array.fromAsync(dataset.samples());
  return {
    folder,
    recognition,
    samples,
    labels: samples.map(({ image, givenLabel }) => [image, givenLabel]),
  };
}

async function written(folder: string, recognition: Recognition, changes: LabelChanges): Promise<string> {
  for await (const { content } of writeDataset(folder, recognition, changes)) {
    if (!('copyOf' in content)) return Buffer.concat(await Array.fromAsync(content)).toString();
  }
  return '';
}

const count = ({ problems }: Recognition, kind: string) => problems.find((each) => each.kind === kind)?.count;

const rectangle = (id: string, x: number, names = ['Face']) => ({
  id,
  from_name: 'box',
  type: 'rectanglelabels',
  value: { x, y: 10, width: 20, height: 20, rotation: 0, rectanglelabels: names },
});
const regionChoice = (id: string, x: number, label: string, from = 'emotion') => ({
  id,
  from_name: from,
  type: 'choices',
  value: { x, y: 10, width: 20, height: 20, rotation: 0, choices: [label] },
});
const choice = (label: string, from = 'emotion') => ({
  from_name: from,
  type: 'choices',
  value: { choices: [label] },
});
const task = (image: string, ...results: unknown[][]) => ({
  data: { image },
  annotations: results.map((result) => ({ was_cancelled: false, result })),
});

describe('Label Studio', () => {
  it('has a row with its box for each region that was given a choice', async () => {
    const tasks = [
      task('a.jpg', [
        rectangle('one', 10),
        regionChoice('one', 10, 'happy'),
        regionChoice('one', 10, 'adult', 'age'),
        rectangle('two', 60),
        regionChoice('two', 60, 'sad'),
        rectangle('three', 80),
      ]),
    ];
    const { folder, recognition, samples } = await open({
      'tasks.json': JSON.stringify(tasks),
      'a.jpg': 'x',
    });
    expect(samples.map(({ image, givenLabel }) => [image, givenLabel])).toEqual([
      ['a.jpg', 'happy'],
      ['a.jpg#2', 'sad'],
      ['a.jpg#3', null],
    ]);
    expect(samples.map(({ region }) => region?.kind === 'box' && region.left)).toEqual([0.1, 0.6, 0.8]);
    expect(samples[0]?.metadata).toEqual({ age: 'adult' });
    const after = JSON.parse(
      await written(folder, recognition, new Map([['a.jpg#2', { kind: 'label', name: 'fear' }]])),
    );
    tasks[0]?.annotations[0]?.result.splice(4, 1, regionChoice('two', 60, 'fear'));
    expect(after).toEqual(tasks);
  });

  it('follows most annotators, keeps the others as votes, and tells ties', async () => {
    const tasks = [
      task('a.jpg', [choice('sad')], [choice('happy')], [choice('happy')]),
      task('b.jpg', [choice('sad')], [choice('happy')]),
      task('c.jpg', [choice('fear')], [choice('fear')]),
      { ...task('d.jpg', [choice('fear')], [choice('sad')]) },
    ];
    Object.assign(tasks[3]?.annotations[1] ?? {}, { ground_truth: true });
    const files = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`${name}.jpg`, 'x']));
    const { folder, recognition, samples, labels } = await open({
      ...files,
      'tasks.json': JSON.stringify(tasks),
    });
    expect(labels).toEqual([
      ['a.jpg', 'happy'],
      ['b.jpg', 'sad'],
      ['c.jpg', 'fear'],
      ['d.jpg', 'sad'],
    ]);
    expect(samples[0]?.metadata).toEqual({ annotators: '3', votes: 'happy: 2, sad: 1' });
    expect([count(recognition, 'disagree'), count(recognition, 'tie')]).toEqual([1, 1]);
    const changes: LabelChanges = new Map([['a.jpg', { kind: 'label', name: 'anger' }]]);
    const again = await open({ ...files, 'tasks.json': await written(folder, recognition, changes) });
    expect(again.labels[0]).toEqual(['a.jpg', 'anger']);
    expect(again.labels.slice(1)).toEqual(labels.slice(1));
  });

  it('takes boxes of two annotators for one face where they overlap', async () => {
    const tasks = [
      task(
        'a.jpg',
        [rectangle('1', 10, ['happy'])],
        [rectangle('2', 11, ['sad'])],
        [rectangle('3', 12, ['sad'])],
      ),
      task('b.jpg', [rectangle('1', 10, ['happy'])], [rectangle('2', 60, ['sad'])]),
    ];
    const { labels } = await open({ 'tasks.json': JSON.stringify(tasks), 'a.jpg': 'x', 'b.jpg': 'x' });
    expect(labels).toEqual([
      ['a.jpg', 'sad'],
      ['b.jpg', 'happy'],
      ['b.jpg#2', 'sad'],
    ]);
  });
});

describe('CVAT', () => {
  const box = (emotion: string, age = '30') =>
    `<box label="face" xtl="0" ytl="0" xbr="9" ybr="9"><attribute name="age">${age}</attribute><attribute name="emotion">${emotion}</attribute></box>`;
  const xml = (...images: string[]) =>
    `<?xml version="1.0"?><annotations>${images.map((marks, index) => `<image id="${index}" name="${index}.jpg">${marks}</image>`).join('\n')}</annotations>`;

  it('has labels in an attribute of emotions where every box is a face', async () => {
    const files = { '0.jpg': 'x', '1.jpg': 'x', '2.jpg': 'x' };
    const { folder, recognition, samples, labels } = await open({
      ...files,
      'annotations.xml': xml(box('happy'), box('sad') + box(''), box('anger')),
    });
    expect(labels).toEqual([
      ['0.jpg', 'happy'],
      ['1.jpg', 'sad'],
      ['1.jpg#2', null],
      ['2.jpg', 'anger'],
    ]);
    expect(samples[0]?.metadata).toEqual({ label: 'face', age: '30' });
    expect(recognition.reason).toContain('attribute "emotion"');
    const changes: LabelChanges = new Map([['1.jpg', { kind: 'label', name: 'fear' }]]);
    expect(await written(folder, recognition, changes)).toBe(
      xml(box('happy'), box('fear') + box(''), box('anger')),
    );
  });

  it('has the labels of its boxes where those are emotions', async () => {
    const { labels } = await open({
      '0.jpg': 'x',
      'annotations.xml': xml(box('sad').replace('face', 'happy')),
    });
    expect(labels).toEqual([['0.jpg', 'happy']]);
  });
});

describe('COCO of Roboflow', () => {
  it('has the folder as the split', async () => {
    const json = (name: string) =>
      JSON.stringify({
        images: [{ id: 1, file_name: name }],
        annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [0, 0, 5, 5] }],
        categories: [
          { id: 0, name: 'faces' },
          { id: 1, name: 'happy' },
        ],
      });
    const { samples } = await open({
      'train/_annotations.coco.json': json('a.jpg'),
      'train/a.jpg': 'x',
      'valid/_annotations.coco.json': json('b.jpg'),
      'valid/b.jpg': 'x',
    });
    expect(samples.map(({ path, split }) => [path, split])).toEqual([
      ['train/a.jpg', 'train'],
      ['valid/b.jpg', 'valid'],
    ]);
  });
});

describe('FiftyOne', () => {
  it('has labels.json without classes, and keys in folders', async () => {
    const { folder, recognition, labels } = await open({
      'labels.json': JSON.stringify({ labels: { 'train/a': 'happy', 'test/a': 'sad', 'train/b.c': null } }),
      'data/train/a.jpg': 'x',
      'data/test/a.jpg': 'x',
      'data/train/b.c.jpg': 'x',
    });
    expect(labels).toEqual([
      ['data/train/a.jpg', 'happy'],
      ['data/test/a.jpg', 'sad'],
      ['data/train/b.c.jpg', null],
    ]);
    const changes: LabelChanges = new Map([['data/test/a.jpg', { kind: 'label', name: 'fear' }]]);
    expect(JSON.parse(await written(folder, recognition, changes)).labels['test/a']).toBe('fear');
  });

  it('never takes a prediction for a label, whatever comes first', async () => {
    const classification = (label: string, confidence?: number) => ({
      _cls: 'Classification',
      label,
      confidence,
    });
    const samples = [
      { filepath: 'data/a.jpg', predictions: classification('sad', 0.9), given: classification('happy') },
      { filepath: 'data/b.jpg', predictions: classification('sad', 0.9), given: null },
    ];
    const { labels } = await open({
      'samples.json': JSON.stringify({ samples }),
      'data/a.jpg': 'x',
      'data/b.jpg': 'x',
    });
    expect(labels).toEqual([
      ['data/a.jpg', 'happy'],
      ['data/b.jpg', null],
    ]);
  });
});

describe('Hugging Face', () => {
  const features = (label: unknown) =>
    JSON.stringify({ info: { features: { image: { _type: 'Image' }, label } } });
  const classLabel = { names: ['neutral', 'happy', 'sad'], _type: 'ClassLabel' };

  function struct(metadata: string) {
    return new Uint8Array(
      parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 2 },
          { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        columnData: [
          {
            name: 'image',
            data: [
              { bytes: null, path: 'images/a.png' },
              { bytes: null, path: '../x.png' },
              { bytes: null, path: null },
            ],
          },
          { name: 'label', data: [1n, 2n, 0n] },
        ],
        kvMetadata: [{ key: 'huggingface', value: metadata }],
      }),
    );
  }

  it('names files where no picture is embedded', async () => {
    const { samples } = await open({ 'train.parquet': struct(features(classLabel)), 'images/a.png': 'x' });
    expect(
      samples.map(({ path, problem, givenLabel, region }) => [path, problem, givenLabel, region]),
    ).toEqual([
      ['images/a.png', null, 'happy', null],
      ['', 'outside the folder', 'sad', null],
      ['', 'the row names no image', 'neutral', null],
    ]);
  });

  it('is read without class names where the metadata is damaged, and told', async () => {
    const { samples, recognition } = await open({
      'train.parquet': struct('{"info": {'),
      'images/a.png': 'x',
    });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual(['1', '2', '0']);
    expect(count(recognition, 'broken-features')).toBe(1);
  });

  it('has metadata.parquet, and a list of class labels', async () => {
    const data = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 2 },
        { name: 'file_name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
        { name: 'label', num_children: 1, repetition_type: 'OPTIONAL', converted_type: 'LIST' },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        { name: 'element', type: 'INT64', repetition_type: 'OPTIONAL' },
      ],
      columnData: [
        { name: 'file_name', data: ['a.png', 'b.png'] },
        { name: 'label', data: [[2n], [1n, 2n]] },
      ],
      kvMetadata: [
        { key: 'huggingface', value: features({ feature: classLabel, length: -1, _type: 'Sequence' }) },
      ],
    });
    const { labels, recognition } = await open({
      'train/metadata.parquet': new Uint8Array(data),
      'train/a.png': 'x',
      'train/b.png': 'x',
    });
    expect(labels).toEqual([
      ['train/a.png', 'sad'],
      ['train/b.png', 'happy'],
    ]);
    expect(recognition.splits).toEqual([{ name: 'train', count: 2 }]);
    expect(count(recognition, 'several-labels')).toBe(1);
  });
});

it("reads ABAW2's EXPR_Set, whose header has no class other", async () => {
  const { samples } = await open({
    'annotations/EXPR_Set/Train_Set/1.txt':
      'Neutral,Anger,Disgust,Fear,Happiness,Sadness,Surprise\n4\n-1\n0\n',
    'cropped_aligned/1/00001.jpg': 'x',
    'cropped_aligned/1/00002.jpg': 'x',
    'cropped_aligned/1/00003.jpg': 'x',
  });
  expect(samples.map(({ givenLabel, split }) => [givenLabel, split])).toEqual([
    ['happiness', 'Train_Set'],
    [null, 'Train_Set'],
    ['neutral', 'Train_Set'],
  ]);
});

describe('a table in UTF-16 without a byte-order mark', () => {
  it.each(['le', 'be'])('is read and written back, %s', async (order) => {
    const encode = (text: string) => {
      const bytes = Buffer.from(text, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    const table = 'image,label\n喜び.jpg,happy\na.jpg,sad\nb.jpg,sad\n';
    const { folder, recognition, samples } = await open({
      'labels.csv': encode(table),
      '喜び.jpg': 'x',
      'a.jpg': 'x',
      'b.jpg': 'x',
    });
    expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual([
      ['喜び.jpg', 'happy'],
      ['a.jpg', 'sad'],
      ['b.jpg', 'sad'],
    ]);
    for await (const { content } of writeDataset(
      folder,
      recognition,
      new Map([['a.jpg', { kind: 'label', name: 'fear' }]]),
    )) {
      if ('copyOf' in content) continue;
      expect(Buffer.concat(await Array.fromAsync(content))).toEqual(
        encode(table.replace('a.jpg,sad', 'a.jpg,fear')),
      );
    }
  });
});
