import { describe, expect, it } from 'vitest';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const files = (...paths: string[]): Tree => Object.fromEntries(paths.map((path) => [path, path]));
const every = (...parts: string[][]): string[] =>
  parts.reduce<string[]>(
    (paths, part) => paths.flatMap((path) => part.map((name) => (path === '' ? name : `${path}/${name}`))),
    [''],
  );
const EMOTIONS = ['Anger', 'Happiness', 'Surprise'];

describe('the level of folders that holds the classes', () => {
  it.each<[string, Tree, number]>([
    [
      'Oulu-CASIA',
      files(...every(['NI', 'VL'], ['Strong', 'Weak'], ['P001', 'P002'], EMOTIONS, ['0.jpg'])),
      4,
    ],
    [
      'a split and subjects',
      files(...every(['train', 'test'], ['P001', 'P002', 'P003'], EMOTIONS, ['0.jpg'])),
      3,
    ],
    ['subjects', files(...every(['S01', 'S02', 'S03'], EMOTIONS, ['0.jpg', '1.jpg'])), 2],
    ['subjects in a wrapper', files(...every(['data'], ['anna', 'ben', 'carl'], EMOTIONS, ['0.jpg'])), 3],
    [
      'numbers below subjects',
      files(
        ...every(
          Array.from({ length: 20 }, (_, i) => `id${i}`),
          '1234567'.split(''),
          ['0.jpg'],
        ),
      ),
      2,
    ],
    ['classes above subjects', files(...every(EMOTIONS, ['P001', 'P002'], ['0.jpg'])), 1],
  ])('is found by its names: %s', async (_, tree, level) => {
    const { recognition, samples } = await openTree(tree);
    expect(recognition.layout).toBe('class-folders');
    expect(recognition.choices?.every(({ isSure }) => isSure)).toBe(true);
    for (const { image, givenLabel } of samples) expect(givenLabel).toBe(image.split('/')[level - 1]);
    expect(samples.length).toBe(Object.keys(tree).length);
  });

  it('leaves splits, subjects and further levels as columns', async () => {
    const { recognition, samples } = await openTree(
      files(...every(['train', 'test'], ['Strong', 'Weak'], ['P001', 'P002'], EMOTIONS, ['0.jpg'])),
    );
    expect(recognition.splits.map(({ name }) => name)).toEqual(['test', 'train']);
    expect(recognition.metadata).toEqual(['folder 2', 'subject']);
    expect(samples[0]).toMatchObject({
      split: 'test',
      givenLabel: 'Anger',
      metadata: { 'folder 2': 'Strong', subject: 'P001' },
    });
  });

  it('moves an image to the class of its own subject', async () => {
    const { write } = await openTree(files(...every(['P001', 'P002'], EMOTIONS, ['0.jpg'])));
    const written = await write({ 'P002/Anger/0.jpg': 'Happiness', 'P001/Anger/0.jpg': 'Fear' });
    expect(Object.keys(written)).toEqual(
      expect.arrayContaining(['P002/Happiness/0-2.jpg', 'P001/Fear/0.jpg']),
    );
  });

  it('is asked where nothing tells it, and taken as said', async () => {
    const tree = files(...every(['kitchen', 'garden'], ['red', 'green', 'blue'], ['0.jpg']));
    const { recognition } = await openTree(tree);
    expect(recognition.confidence).toBeLessThan(0.5);
    expect(recognition.choices).toEqual([
      expect.objectContaining({
        option: 'classLevel',
        flag: '--class-level',
        isSure: false,
        values: [
          { value: '1', title: 'Level 1: garden, kitchen' },
          { value: '2', title: 'Level 2: blue, green, red' },
        ],
      }),
    ]);
    const said = await openTree(tree, { classLevel: '2' });
    expect(said.recognition.classes.map(({ name }) => name)).toEqual(['blue', 'green', 'red']);
    expect(said.recognition.choices?.[0]).toMatchObject({ chosen: '2', isSure: true });
    expect(said.recognition.options).toEqual({ layout: 'class-folders', classLevel: '2' });
    await expect(openTree(tree, { classLevel: '5' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(openTree(tree, { classLevel: 'x' })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('needs no question where there is one level alone', async () => {
    const { recognition } = await openTree(files('feliz/1.jpg', 'triste/1.jpg', 'enojo/1.jpg'));
    expect(recognition.choices).toEqual([]);
  });
});

describe('KDEF', () => {
  it('is read by its file names, in folders of subjects or flat, and written back', async () => {
    const { recognition, samples, write } = await openTree(
      files('KDEF/AF01/AF01ANS.JPG', 'KDEF/AF01/AF01AFHL.JPG', 'KDEF/BM35/BM35NEFR.JPG', 'KDEF/README.txt'),
    );
    expect(recognition.layout).toBe('kdef');
    expect(samples.map(({ givenLabel, metadata }) => [givenLabel, metadata])).toEqual([
      ['fear', { subject: 'F01', session: 'A', angle: 'HL' }],
      ['anger', { subject: 'F01', session: 'A', angle: 'S' }],
      ['neutral', { subject: 'M35', session: 'B', angle: 'FR' }],
    ]);
    expect(Object.keys(await write({ 'KDEF/BM35/BM35NEFR.JPG': 'fear' }))).toContain(
      'KDEF/BM35/BM35AFFR.JPG',
    );
    expect((await openTree(files('af20sas.jpg', 'am10dis.jpg'))).recognition.layout).toBe('kdef');
  });
});

describe('folders of frames with a table', () => {
  const clips = files(
    ...every(['Clip/clip_224x224'], ['00001', '00002', '00010'], ['00001.jpg', '00002.jpg']),
  );
  const tree = {
    ...clips,
    'EmoLabel/train(single-labeled)/set_1.csv': 'video_name,label\n1,3\n10,1\n',
    'EmoLabel/test(single-labeled)/set_1.csv': 'video_name,label\n2,3\n',
    'EmoLabel/test(single-labeled)/set_2.csv': 'video_name,label\n1,3\n',
  };

  it('have their clip’s label on every frame, as DFEW has them', async () => {
    const { recognition, samples } = await openTree(tree);
    expect(recognition.layout).toBe('clip-folders');
    expect(
      samples.map(({ image, split, givenLabel, metadata }) => [image, split, givenLabel, metadata?.video]),
    ).toEqual([
      ['Clip/clip_224x224/00002/00001.jpg', 'test(single-labeled)', '3', '2'],
      ['Clip/clip_224x224/00002/00002.jpg', 'test(single-labeled)', '3', '2'],
      ['Clip/clip_224x224/00001/00001.jpg', 'train(single-labeled)', '3', '1'],
      ['Clip/clip_224x224/00001/00002.jpg', 'train(single-labeled)', '3', '1'],
      ['Clip/clip_224x224/00010/00001.jpg', 'train(single-labeled)', '1', '10'],
      ['Clip/clip_224x224/00010/00002.jpg', 'train(single-labeled)', '1', '10'],
    ]);
    expect(recognition.problems.map(({ message }) => message)).toContain(
      '1 more table names the same clips and is ignored',
    );
  });
});

describe('a list of images and labels', () => {
  it('may have spaces in its names, and is written back', async () => {
    const list = 'train_set/images/a b.jpg 6\ntrain_set/images/c.jpg 0\r\n\ntrain_set/images/d e f.jpg\t1';
    const { recognition, samples, write } = await openTree({
      ...files('train_set/images/a b.jpg', 'train_set/images/c.jpg', 'train_set/images/d e f.jpg'),
      'train.txt': list,
    });
    expect(recognition.layout).toBe('image-list');
    expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual([
      ['train_set/images/a b.jpg', '6'],
      ['train_set/images/c.jpg', '0'],
      ['train_set/images/d e f.jpg', '1'],
    ]);
    expect((await write({ 'train_set/images/a b.jpg': '10' }))['train.txt']).toBe(
      list.replace('b.jpg 6', 'b.jpg 10'),
    );
  });

  it('is AffectNet’s where the paths are, as a table or as a list', async () => {
    const rows = Array.from({ length: 16 }, (_, index) => `train_set/images/${index}.jpg ${index % 8}`);
    const { recognition } = await openTree({
      ...files(...Array.from({ length: 16 }, (_, index) => `train_set/images/${index}.jpg`)),
      'train.txt': rows.join('\n'),
    });
    expect(recognition.images).toBe(16);
    expect(recognition.numberings?.[0]).toMatchObject({ id: 'affectnet', isSure: true });
  });
});
