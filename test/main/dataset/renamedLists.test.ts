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
