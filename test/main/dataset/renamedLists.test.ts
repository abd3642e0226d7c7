import { describe, expect, it } from 'vitest';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const RAF = 'train_0001.jpg 5\ntest_0001.jpg 4\n';
const rafImages = (base: string): Tree => ({
  [`${base}aligned/train_0001_aligned.jpg`]: '1',
  [`${base}aligned/test_0001_aligned.jpg`]: '2',
});

describe('RAF-DB', () => {
  it.each([
    ['EmoLabel/list_patition_label.txt', 'Image/'],
    ['basic/EmoLabel/list_patition_label.txt', 'basic/Image/'],
    ['EmoLabel/list_partition_label.txt', 'Image/'],
    ['emolabel/LIST_PATITION_LABEL.TXT', 'Image/'],
    ['EmoLabel/list_patition_labels.csv', 'Image/'],
    ['list_patition_label.txt', 'Image/'],
    ['list_partition_label.lst', ''],
  ])('is known by its list as %s', async (list, images) => {
    const text = list.endsWith('.csv') ? RAF.replaceAll(' ', ',') : RAF;
    const { recognition, samples, write } = await openTree({ ...rafImages(images), [list]: text });
    expect(recognition.layout).toBe('raf-db');
    expect(samples.map(({ problem, givenLabel, split }) => [problem, givenLabel, split])).toEqual([
      [null, 'sadness', 'train'],
      [null, 'happiness', 'test'],
    ]);
    const [image] = samples.map(({ image: key }) => key);
    expect(await write({ [image as string]: 'anger' })).toEqual({ [list]: text.replace(/5/, '6') });
  });
});

const EXPW = 'a.jpg 0 10 20 60 70 85.5 6\na.jpg 1 5 5 25 25 60 0\n';

describe('ExpW', () => {
  it.each(['label/label.lst', 'label/LABEL.LST', 'label/label.txt', 'labels.csv', 'expw_label.lst'])(
    'is known by its list as %s',
    async (list) => {
      const text = list.endsWith('.csv') ? EXPW.replaceAll(' ', ',') : EXPW;
      const { recognition, samples } = await openTree({ 'image/origin/a.jpg': '1', [list]: text });
      expect(recognition.layout).toBe('expw');
      expect(samples.map(({ problem, givenLabel }) => [problem, givenLabel])).toEqual([
        [null, 'neutral'],
        [null, 'anger'],
      ]);
      expect(samples[0]?.region).toEqual({ kind: 'box', left: 20, top: 10, width: 40, height: 60 });
    },
  );

  it('is not what any other labels.txt is', async () => {
    const { recognition } = await openTree({
      'a.jpg': '1',
      'b.jpg': '2',
      'labels.txt': 'a.jpg 3\nb.jpg 4\n',
    });
    expect(recognition.layout).not.toBe('expw');
  });
});

const FER_PLUS = 'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF';
const VOTES = [
  'Training,fer0000000.png,4,0,0,1,3,2,0,0,0,0',
  'PublicTest,fer0028638.png,0,10,0,0,0,0,0,0,0,0',
  'PrivateTest,fer0032220.png,0,0,0,0,0,0,0,0,0,10',
];
const MAJORITIES = [null, 'happiness', 'NF'];
const IMAGES = ['FER2013Train/fer0000000.png', 'FER2013Valid/fer0028638.png', 'FER2013Test/fer0032220.png'];

describe('FER+', () => {
  const table = [FER_PLUS, ...VOTES];
  const boxed = VOTES.map((line) => line.replace(/^\w+,([^,]+),/, '$1,"(0, 0, 48, 48)",'));
  it.each<[name: string, lists: Tree]>([
    ['another name', { 'ferplus_votes.csv': table.join('\n') }],
    ['the name of a folder’s list', { 'annotations/label.csv': table.join('\n') }],
    ['tabs', { 'votes.tsv': table.join('\n').replaceAll(',', '\t') }],
    ['semicolons', { 'fer2013new.csv': table.join('\n').replaceAll(',', ';') }],
    ['other capitals', { 'votes.csv': [FER_PLUS.toUpperCase(), ...VOTES].join('\n') }],
    [
      'the majority beside the votes',
      {
        'votes.csv': table
          .map((line, index) => `${line},${['majority', ...MAJORITIES][index] ?? ''}`)
          .join('\n'),
      },
    ],
    [
      'no header, a list in each folder',
      {
        'FER2013Train/label.csv': `${boxed[0]}\n`,
        'FER2013Valid/label.csv': `${boxed[1]}\n`,
        'FER2013Test/label.csv': `${boxed[2]}\n`,
      },
    ],
  ])('is known by its columns, with %s', async (_name, lists) => {
    const images = Object.fromEntries(IMAGES.map((image, index) => [image, String(index)]));
    const { samples } = await openTree({ ...images, ...lists });
    const told = new Map(samples.map(({ image, problem, givenLabel }) => [image, [problem, givenLabel]]));
    expect(IMAGES.map((image) => told.get(image))).toEqual(MAJORITIES.map((label) => [null, label]));
    expect(samples).toHaveLength(3);
  });
});

describe('files without an extension', () => {
  const many = (count: number, content: string | Uint8Array): Tree =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`happy/file_${index}`, content]));
  const IMAGE = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1');

  it.each([3, 300, 700])('that are no images are left alone, also %i of them', async (count) => {
    const { recognition } = await openTree({
      'happy/a.png': IMAGE,
      'sad/b.png': IMAGE,
      ...many(count, 'landmarks 1 2'),
    });
    expect(recognition.images).toBe(2);
  });

  it.each([3, 300, 700])('that are images are taken, also %i of them', async (count) => {
    const { recognition } = await openTree({ 'sad/b.png': IMAGE, ...many(count, IMAGE) });
    expect(recognition.images).toBe(count + 1);
  });
});
