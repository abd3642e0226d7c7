import { describe, expect, it, onTestFinished } from 'vitest';
import { type Recognition, recogniseDataset, type SampleRecord } from '../../../src/main/dataset/index.ts';
import { type Link, makeTemporaryFolder, makeTree } from '../../support/datasetTree.ts';

async function open(
  tree: Record<string, string | Link | null>,
): Promise<{ recognition: Recognition; samples: SampleRecord[]; folder: string }> {
  const folder = await makeTree(await makeTemporaryFolder(onTestFinished), tree);
  const dataset = await recogniseDataset(folder);
  return { recognition: dataset.recognition, samples: await Array.fromAsync(dataset.samples()), folder };
}

/** Without an extension a file counts as an image where it begins as one. */
const files = (...paths: string[]) =>
  Object.fromEntries(paths.map((path) => [path, /\.[^/]*$/.test(path) ? 'x' : 'GIF89a']));
const rows = (samples: SampleRecord[]) =>
  samples.map(({ image, split, givenLabel }) => [image, split, givenLabel]);

describe('a folder of class folders', () => {
  it('gives each image its folder as label, in the order of the names', async () => {
    const { recognition, samples } = await open(files('happy/b.jpg', 'happy/a.png', 'Anger/1.webp'));
    expect(rows(samples)).toEqual([
      ['Anger/1.webp', null, 'Anger'],
      ['happy/a.png', null, 'happy'],
      ['happy/b.jpg', null, 'happy'],
    ]);
    expect(recognition).toMatchObject({
      layout: 'class-folders',
      images: 3,
      splits: [],
      classes: [
        { name: 'Anger', count: 1 },
        { name: 'happy', count: 2 },
      ],
      problems: [],
    });
    expect(recognition.reason).toBe('One folder per class: Anger, happy.');
  });

  it.each([
    ['train', 'test'],
    ['Training', 'PublicTest'],
    ['Train_Set', 'Validation_Set'],
    ['Train_Aligned_Faces', 'Val_Aligned_Faces'],
    ['DATASET train', 'private test'],
  ])('tells the splits %s and %s', async (one, other) => {
    const { recognition, samples } = await open(
      files(`${one}/1/a.jpg`, `${other}/1/a.jpg`, `${other}/2/a.jpg`),
    );
    expect(new Set(samples.map((sample) => sample.split))).toEqual(new Set([one, other]));
    expect(recognition.classes).toMatchObject([
      { name: '1', count: 2 },
      { name: '2', count: 1 },
    ]);
  });

  it('takes folders that repeat the same emotions for splits, whatever they are called', async () => {
    const { samples } = await open(
      files('fold1/happy/a.jpg', 'fold1/sad/a.jpg', 'fold2/happy/a.jpg', 'fold2/sad/a.jpg'),
    );
    expect(rows(samples)[0]).toEqual(['fold1/happy/a.jpg', 'fold1', 'happy']);
  });

  it('counts folders inside a class as that class', async () => {
    const { samples, recognition } = await open(
      files('happy/S1/a.jpg', 'happy/S2/a.jpg', 'sad/S1/a.jpg', 'sad/S2/deep/a.jpg'),
    );
    expect(samples.map((sample) => sample.givenLabel)).toEqual(['happy', 'happy', 'sad', 'sad']);
    expect(recognition.splits).toEqual([]);
  });

  it('looks below the folder that an archive was unpacked into', async () => {
    const { samples } = await open(files('archive/data/train/happy/a.jpg', 'archive/data/train/sad/a.jpg'));
    expect(rows(samples)[0]).toEqual(['archive/data/train/happy/a.jpg', 'train', 'happy']);
  });

  it('orders numbered classes by number', async () => {
    const { recognition } = await open(files('train/10/a.jpg', 'train/2/a.jpg', 'train/1/a.jpg'));
    expect(recognition.classes.map(({ name }) => name)).toEqual(['1', '2', '10']);
  });

  it('leaves other files alone and says how many', async () => {
    const { recognition, samples } = await open({
      ...files('happy/a.jpg', 'happy/a.txt', 'sad/b', 'sad/points.npy', 'README.md', 'loose.jpg'),
      ...files('happy/Thumbs.db', 'happy/.hidden.jpg', '__MACOSX/happy/._a.jpg', '.git/x.jpg'),
    });
    expect(samples.map(({ image }) => image)).toEqual(['happy/a.jpg', 'sad/b']);
    expect(recognition.problems.map(({ message }) => message)).toEqual([
      '1 image is outside the class folders and is ignored',
      '3 other files are ignored',
    ]);
  });

  it('keeps what is no image under an image’s name as a row', async () => {
    const { samples } = await open({ 'happy/empty.jpg': '', 'sad/page.jpg': '<html>' });
    expect(samples.map(({ problem }) => problem)).toEqual([null, null]);
  });

  it('names an emotion whose folder is empty', async () => {
    const { recognition } = await open({ ...files('happy/a.jpg', 'sad/a.jpg'), fear: null });
    expect(recognition.classes).toContainEqual({ name: 'fear', count: 0, id: null });
  });

  it('keeps the spelling on disk as path, and one label for both ways to compose an accent', async () => {
    const { samples } = await open(
      files('train/de\u0301gou\u0302t/e\u0301.jpg', 'test/d\u00e9go\u00fbt/x.jpg'),
    );
    expect(new Set(samples.map(({ givenLabel }) => givenLabel)).size).toBe(1);
    expect(samples.at(-1)?.path).toBe('train/de\u0301gou\u0302t/e\u0301.jpg');
  });

  it('does not follow links out of the folder or back up', async () => {
    const outside = await makeTree(
      await makeTemporaryFolder(onTestFinished),
      files('secret.jpg', 'more/x.jpg'),
    );
    const { samples, recognition } = await open({
      ...files('happy/a.jpg', 'sad/a.jpg'),
      'happy/out.jpg': { linkTo: `${outside}/secret.jpg` },
      'happy/same.jpg': { linkTo: '../sad/a.jpg' },
      'sad/more': { linkTo: `${outside}/more` },
      'sad/up': { linkTo: '../..' },
      'sad/round': { linkTo: '../sad' },
    });
    expect(samples.map(({ image, problem }) => [image, problem])).toEqual([
      ['happy/a.jpg', null],
      ['happy/out.jpg', 'a link to a file outside the folder'],
      ['happy/same.jpg', null],
      ['sad/a.jpg', null],
    ]);
    expect(samples[1]?.path).toBe('');
    expect(recognition.problems.find(({ kind }) => kind === 'leaving-link')?.count).toBeGreaterThanOrEqual(2);
  });

  it('lists names in code-point order on every machine', async () => {
    const { samples } = await open(
      files('happy/😀.jpg', 'happy/\uff01.jpg', 'happy/a/b.jpg', 'happy/a-b.jpg', 'happy/B.jpg', 'sad/a'),
    );
    expect(samples.map(({ image }) => image.slice(6))).toEqual([
      'B.jpg',
      'a/b.jpg',
      'a-b.jpg',
      '\uff01.jpg',
      '😀.jpg',
      '',
    ]);
  });
});

describe('a folder that is none', () => {
  it.each([
    ['only loose images', files('a.jpg', 'b.jpg')],
    ['images in one folder', files('images/a.jpg', 'images/b.jpg')],
  ])('%s: says that labels are missing, and what was looked for', async (_, tree) => {
    await expect(open(tree)).rejects.toMatchObject({
      code: 'layout-unknown',
      message: expect.stringContaining('2 images, but no labels'),
      hint: expect.stringContaining('folders named after classes'),
    });
  });

  it.each([
    ['nothing', {}, 'is empty'],
    ['no image', files('labels.csv', 'readme.md'), 'there is no image'],
  ])('%s: says so', async (_, tree, message) => {
    await expect(open(tree)).rejects.toMatchObject({
      code: 'layout-unknown',
      message: expect.stringContaining(message),
      hint: expect.stringContaining('Choose the folder with the images'),
    });
  });

  it('says when it is missing or a file', async () => {
    const folder = await makeTree(await makeTemporaryFolder(onTestFinished), files('a.jpg'));
    await expect(recogniseDataset(`${folder}/gone`)).rejects.toMatchObject({ code: 'folder-missing' });
    await expect(recogniseDataset(`${folder}/a.jpg`)).rejects.toMatchObject({
      code: 'folder-missing',
      message: expect.stringContaining('is a file'),
    });
    await expect(recogniseDataset(folder, { layout: 'odd' })).rejects.toMatchObject({
      hint: expect.stringMatching(/^The layouts are raf-db, .*, class-folders, table\.$/),
    });
  });
});
