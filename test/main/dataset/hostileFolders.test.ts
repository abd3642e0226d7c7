import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openPredictions, recogniseDataset } from '../../../src/main/dataset/index.ts';
import { readRegularFile } from '../../../src/main/files/index.ts';
import type { Link } from '../../support/datasetTree.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const onUnix = it.skipIf(process.platform === 'win32');

async function open(folder: string, options = {}) {
  const dataset = await recogniseDataset(folder, options);
  const { recognition } = dataset;
  const samples = await Array.fromAsync(dataset.samples());
  return {
    recognition,
    samples,
    kinds: new Map(recognition.problems.map(({ kind, count }) => [kind, count])),
  };
}

describe('links', () => {
  it('that double at every level are walked once, not two to the thirtieth times', async () => {
    const tree: Record<string, string | Link | null> = { 'happy/a.jpg': '', 'sad/b.jpg': '' };
    for (let level = 0; level < 30; level++) {
      tree[`sad/level${level}`] = null;
      if (level === 29) continue;
      tree[`sad/level${level}/left`] = { linkTo: `../level${level + 1}` };
      tree[`sad/level${level}/right`] = { linkTo: `../level${level + 1}` };
    }
    const { samples, kinds } = await open(await makeTree(temporaryFolder(), tree));
    expect(samples.length).toBe(2);
    expect(kinds.get('repeated-link')).toBe(58);
  });

  it('to folders outside are named, and followed only when that is asked for', async () => {
    const outside = await makeTree(temporaryFolder(), {
      'happy/a.jpg': '',
      'sad/b.jpg': '',
      'sad/c.jpg': '',
    });
    const folder = await makeTree(temporaryFolder(), {
      happy: { linkTo: join(outside, 'happy') },
      sad: { linkTo: join(outside, 'sad') },
    });
    await expect(recogniseDataset(folder)).rejects.toMatchObject({
      code: 'links-not-followed',
      message: expect.stringContaining('2 links (such as happy)'),
      hint: expect.stringContaining('--follow-links'),
    });
    const { samples, recognition, kinds } = await open(folder, { followLinks: 'yes' });
    expect(samples.map(({ path, problem }) => [path, problem])).toEqual([
      ['happy/a.jpg', null],
      ['sad/b.jpg', null],
      ['sad/c.jpg', null],
    ]);
    expect(recognition.options.followLinks).toBe('yes');
    expect(kinds.has('leaving-link')).toBe(false);
  });

  it('to a folder that is reached by its own path too keep that path, whatever they are called', async () => {
    const folder = await makeTree(temporaryFolder(), {
      'happy/z/a.jpg': '',
      'sad/b.jpg': '',
      'happy/a-link': { linkTo: 'z' },
    });
    const { samples, kinds } = await open(folder);
    expect(samples.map(({ path }) => path)).toEqual(['happy/z/a.jpg', 'sad/b.jpg']);
    expect(kinds.get('repeated-link')).toBe(1);
  });

  it.each([
    ['a table', 'labels.csv', 'image,label\na.jpg,happy\nb.jpg,sad\n'],
    ['a list of RAF-DB', 'EmoLabel/list_patition_label.txt', 'train_00001.jpg 5\n'],
    ['metadata of Hugging Face', 'metadata.csv', 'file_name,label\na.jpg,happy\nb.jpg,sad\n'],
    ['metadata in lines', 'metadata.jsonl', '{"file_name":"a.jpg","label":"happy"}\n'],
    ['COCO', 'coco.json', '{"images":[],"annotations":[],"categories":[]}'],
  ])('that are %s outside are not read', async (_, name, content) => {
    const outside = await makeTree(temporaryFolder(), { file: content });
    const folder = await makeTree(temporaryFolder(), {
      'a.jpg': 'x',
      'b.jpg': 'x',
      [name]: { linkTo: join(outside, 'file') },
    });
    await expect(recogniseDataset(folder)).rejects.toMatchObject({ code: 'layout-unknown' });
    await expect(recogniseDataset(folder, { table: name })).rejects.toMatchObject({
      message: expect.stringContaining('outside the folder'),
    });
  });
});

describe('rows that lead out', () => {
  const upwards = '../'.repeat(3);

  it.each([
    ['raf-db', { 'EmoLabel/list_patition_label.txt': `${upwards}secret.jpg 4\ntrain_00001.jpg 5\n` }],
    [
      'fer-plus',
      {
        'fer2013new.csv': `Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\nTraining,${upwards}secret.png,10,0,0,0,0,0,0,0,0,0\nTraining,fer0000000.png,0,10,0,0,0,0,0,0,0,0\n`,
        'FER2013Train/fer0000000.png': 'x',
      },
    ],
    [
      'fiftyone',
      {
        'labels.json': JSON.stringify({ classes: ['happy'], labels: { [`${upwards}secret`]: 0, a: 0 } }),
        'data/a.jpg': 'x',
      },
    ],
    ['table', { 'labels.csv': `image,label\n${upwards}secret.jpg,happy\n/etc/passwd,sad\na.jpg,sad\n` }],
  ])('of %s have no path, and are told', async (id, files) => {
    const parent = await makeTree(temporaryFolder(), { 'secret.jpg': 'x', 'secret.png': 'x' });
    const folder = await makeTree(join(parent, 'd'), {
      ...files,
      'a.jpg': 'x',
      'Image/aligned/train_00001_aligned.jpg': 'x',
    });
    const { recognition, samples, kinds } = await open(folder);
    expect(recognition.layout).toBe(id);
    const leaving = samples.filter(({ image }) => /secret|passwd/.test(image));
    expect(leaving.length).toBeGreaterThan(0);
    for (const { path, problem } of leaving) expect([path, problem]).toEqual(['', 'outside the folder']);
    expect(kinds.get('outside')).toBe(leaving.length);
    expect(samples.some(({ problem }) => problem === null)).toBe(true);
  });

  it('through a linked folder have no path either', async () => {
    const outside = await makeTree(temporaryFolder(), { 'a.jpg': 'x' });
    const folder = await makeTree(temporaryFolder(), {
      'labels.csv': 'image,label\nout/a.jpg,happy\nb.jpg,sad\n',
      'b.jpg': 'x',
      out: { linkTo: outside },
    });
    const { samples } = await open(folder);
    expect(samples.map(({ path, problem }) => [path, problem])).toEqual([
      ['', 'outside the folder'],
      ['b.jpg', null],
    ]);
  });
});

describe('pipes and devices', () => {
  onUnix('are skipped in a folder, whatever they are called, and counted', async () => {
    const folder = await makeTree(temporaryFolder(), {
      'happy/a.jpg': '',
      'sad/b.jpg': '',
      'happy/zero.jpg': { linkTo: '/dev/zero' },
    });
    for (const name of ['happy/p.jpg', 'labels.csv', 'coco.json', 'train.parquet', 'metadata.csv'])
      execFileSync('mkfifo', [join(folder, name)]);
    const { samples, kinds } = await open(folder);
    expect(samples.map(({ path }) => path)).toEqual(['happy/a.jpg', 'sad/b.jpg']);
    expect(kinds.get('special-file')).toBe(6);
  });

  onUnix('are refused as a file of predictions, of names and of embeddings', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'p.npy');
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".padEnd(117, ' ');
    writeFileSync(
      file,
      Buffer.concat([
        Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
        Buffer.from(`${header}\n`),
        Buffer.alloc(8),
      ]),
    );
    const classes = ['happy', 'sad'];
    for (const [path, options] of [
      ['/dev/zero', {}],
      [file, { classes, names: '/dev/zero' }],
      [file, { classes, embeddings: '/dev/zero' }],
    ] as const)
      await expect(openPredictions(path, options, classes)).rejects.toMatchObject({
        code: 'table-invalid',
        message: expect.stringContaining('not a regular file'),
      });
  });
});

describe('a folder of archives', () => {
  it.each([
    ['faces.zip', 'archive', 'Unpack'],
    ['faces.tar', 'archive', 'Unpack'],
    ['data-00000.arrow', 'Arrow file', 'to_parquet'],
    ['faces.tfrecord', 'TFRecord', 'class folders'],
    ['data.mdb', 'LMDB', 'class folders'],
    ['faces.h5', 'HDF5', 'class folders'],
    ['faces.npz', 'NumPy', 'class folders'],
    ['faces.pkl', 'Python pickle', 'never opened'],
  ])('of %s says so, and what to do', async (name, what, hint) => {
    const folder = await makeTree(temporaryFolder(), { [name]: 'x', [`more/2-${name}`]: 'x' });
    await expect(recogniseDataset(folder)).rejects.toMatchObject({
      code: 'layout-unknown',
      message: expect.stringMatching(new RegExp(`2 ${what}.*${name}`)),
      hint: expect.stringContaining(hint),
    });
  });
});

describe('names that are not UTF-8', () => {
  it.skipIf(['win32', 'darwin'].includes(process.platform))(
    'are shown escaped, and lead back to their files',
    async () => {
      const folder = temporaryFolder();
      const bytes = (text: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(text, 'latin1')]);
      const names = ['happy/caf\xe9.jpg', 'happy/\xb8\xdf.jpg', 'tr\xefste/1.jpg', 'happy/literal\\xE9.jpg'];
      for (const name of ['happy', 'tr\xefste']) mkdirSync(bytes(name));
      for (const [index, name] of names.entries()) writeFileSync(bytes(name), Buffer.alloc(index + 1));
      const { samples, kinds } = await open(folder);
      expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual([
        ['happy/\\xB8\\xDF.jpg', 'happy'],
        ['happy/caf\\xE9.jpg', 'happy'],
        ['happy/literal\\x5CxE9.jpg', 'happy'],
        ['tr\\xEFste/1.jpg', 'tr\\xEFste'],
      ]);
      expect(kinds.has('unreadable-folder')).toBe(false);
      const place = { folder, followsLinks: false };
      const sizes = await Promise.all(
        samples.map(async ({ path }) => (await readRegularFile(join(folder, path), place)).length),
      );
      expect(sizes).toEqual([2, 1, 4, 3]);
    },
  );
});

describe('files beside the images', () => {
  it('that are no images are left alone, with or without an extension', async () => {
    const folder = await makeTree(temporaryFolder(), {
      'happy/a.jpg': 'x',
      'happy/Icon\r': 'x',
      'happy/SHA256SUMS': '0 a.jpg',
      'happy/words': 'these are words',
      'happy/photo': '\x89PNG...............',
      'happy/photo2': Buffer.from('\xff\xd8\xff\xe0..............', 'latin1'),
      'sad/b.jpg': 'x',
    });
    const { samples } = await open(folder);
    expect(samples.map(({ path }) => path)).toEqual(['happy/a.jpg', 'happy/photo2', 'sad/b.jpg']);
  });

  it('in a format that cannot be read are named and counted', async () => {
    const tree = {
      'happy/a.jpg': 'x',
      'happy/b.HEIC': 'x',
      'sad/c.heif': 'x',
      'sad/d.jxl': 'x',
      'sad/e.png': 'x',
    };
    const { recognition, kinds } = await open(await makeTree(temporaryFolder(), tree));
    expect([kinds.get('unreadable-heic'), kinds.get('unreadable-jpeg-xl'), kinds.get('other-file')]).toEqual([
      2,
      1,
      undefined,
    ]);
    expect(recognition.problems.find(({ kind }) => kind === 'unreadable-heic')?.message).toBe(
      '2 HEIC images cannot be read; convert them to JPEG or PNG, and open the folder again',
    );
  });

  it('that are all in such a format are why nothing can be read', async () => {
    const folder = await makeTree(temporaryFolder(), { 'happy/b.heic': 'x', 'sad/c.heic': 'x' });
    await expect(recogniseDataset(folder)).rejects.toMatchObject({
      message: expect.stringMatching(
        /no image .* can be read: it has 2 HEIC images \(happy\/b.heic, sad\/c.heic\)/,
      ),
      hint: expect.stringContaining('Convert'),
    });
  });
});
