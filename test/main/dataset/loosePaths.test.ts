import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PathIndex } from '../../../src/main/dataset/index.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const files = (...paths: string[]): Tree => Object.fromEntries(paths.map((path) => [path, path]));
const FACES = files(
  'set/happy/Anna 01.jpg',
  'set/happy/00012.png',
  'set/sad/Ben.JPEG',
  'set/sad/img.001.jpg',
);
const PATHS = Object.keys(FACES);

/** How another program may name each of the four images. */
const SPELLINGS: Record<string, (path: string) => string> = {
  'no extension': (path) => path.replace(/\.[a-z]+$/i, ''),
  'no extension and no folder': (path) => (path.split('/').at(-1) ?? '').replace(/\.[a-z]+$/i, ''),
  'Windows on another machine': (path) => `C:\\Users\\me\\data\\${path.replaceAll('/', '\\')}`,
  'a share of Windows': (path) => `\\\\server\\faces\\${path.replaceAll('/', '\\')}`,
  'another root': (path) => `/mnt/old disk/datasets/${path}`,
  'another root, unlike folders': (path) => `/content/drive/${path.split('/').slice(1).join('/')}`,
  'a URL with a query': (path) => `https://host.org/v1/${encodeURI(path)}?token=a#top`,
  'an object store': (path) => `s3://bucket/${path}`,
  'a file URL': (path) => `file:///home/me/${encodeURI(path)}`,
  'Label Studio': (path) => `/data/local-files/?d=${encodeURIComponent(path)}`,
  'another case': (path) => path.toUpperCase(),
  'another extension': (path) => path.replace(/\.[a-z]+$/i, '.bmp'),
  'dots before it': (path) => `../../${path}`,
  'a leading slash': (path) => `/${path}`,
};

describe('a table whose values are no paths to its images', () => {
  it.each(Object.entries(SPELLINGS))('finds each image by %s', async (_, spell) => {
    const rows = PATHS.map((path, index) => `"${spell(path)}",${index % 2 === 0 ? 'happy' : 'sad'}\n`);
    const { recognition, samples } = await openTree({
      ...FACES,
      'labels.csv': `path,label\n${rows.join('')}`,
    });
    expect(recognition.layout).toBe('table');
    expect(samples.map(({ path, problem }) => [path, problem])).toEqual(PATHS.map((path) => [path, null]));
  });

  it('says how many rows were matched how, with examples', async () => {
    const { recognition } = await openTree({
      ...FACES,
      'labels.csv':
        'path,label\nset/happy/Anna 01.jpg,happy\nD:\\x\\happy\\00012.png,happy\nD:\\x\\y\\Ben.JPEG,sad\nimg.001,sad\n',
    });
    expect(recognition.problems.map(({ message, examples }) => [message, examples])).toEqual([
      ['1 row was matched by the end of its path', ['D:\\x\\happy\\00012.png is set/happy/00012.png']],
      ['1 row was matched by file name', ['D:\\x\\y\\Ben.JPEG is set/sad/Ben.JPEG']],
      ['1 row was matched by file name without extension', ['img.001 is set/sad/img.001.jpg']],
    ]);
  });

  it('keeps rows that could mean several images, and names these', async () => {
    const { recognition, samples } = await openTree(
      {
        ...files('train/a/1.jpg', 'test/a/1.jpg', 'test/a/2.jpg', 'x/3.png', 'x/3.jpg'),
        'labels.csv': 'path,label\n/old/a/1.jpg,happy\n/old/a/2.jpg,sad\n3,sad\n/old/4.jpg,sad\n',
      },
      { layout: 'table' },
    );
    expect(samples.map(({ path, problem }) => [path, problem])).toEqual([
      ['', 'ambiguous: 2 files have this name: test/a/1.jpg, train/a/1.jpg'],
      ['test/a/2.jpg', null],
      ['', 'ambiguous: 2 files have this name: x/3.jpg, x/3.png'],
      ['', 'outside the folder'],
    ]);
    expect(recognition.problems.find(({ kind }) => kind === 'ambiguous')).toMatchObject({
      message: '2 rows name an image that matches several files',
      count: 2,
      examples: [
        '/old/a/1.jpg (2 files have this name: test/a/1.jpg, train/a/1.jpg)',
        '3 (2 files have this name: x/3.jpg, x/3.png)',
      ],
    });
  });

  it('never takes an image of one split for that of another', async () => {
    const { samples } = await openTree({
      ...files('data/test/1.jpg', 'data/test/2.jpg', 'data/train/3.jpg'),
      'labels.csv': 'path,label\n/old/train/1.jpg,happy\n/old/test/2.jpg,sad\n/old/Training/3.jpg,sad\n',
    });
    expect(samples.map(({ path }) => path)).toEqual(['', 'data/test/2.jpg', 'data/train/3.jpg']);
  });

  it('gives an image to no row where several lead to it, and to the exact one where there is one', async () => {
    const { samples } = await openTree({
      ...files('im/1.jpg', 'im/2.jpg', 'im/3.jpg'),
      'labels.csv':
        'path,label\n/new/1.jpg,happy\n/old/1.jpg,sad\nim/2.jpg,sad\n/old/2.jpg,happy\n/old/3.jpg,sad\n/OLD/3.JPG,sad\n',
    });
    expect(samples.map(({ path, problem }) => [path, problem])).toEqual([
      ['', 'ambiguous: other rows lead to im/1.jpg, too'],
      ['', 'ambiguous: other rows lead to im/1.jpg, too'],
      ['im/2.jpg', null],
      ['', 'ambiguous: other rows lead to im/2.jpg, too'],
      ['im/3.jpg', null],
      ['im/3.jpg', null],
    ]);
  });

  it('does not take labels from 1 to 7 for the images 1.jpg to 7.jpg', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `im/${index + 1}.jpg`);
    const rows = names.map((_, index) => `${1 + (index % 7)},${index + 1}\n`);
    const { recognition } = await openTree({
      ...files(...names),
      'labels.csv': `label,photo\n${rows.join('')}`,
    });
    expect(recognition.options).toMatchObject({ imageColumn: 'photo', labelColumn: 'label' });
  });
});

describe('an index of paths', () => {
  it('finds every path that has a name of its own, whatever stands before it', () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9 _.é-]{1,8}$/).filter((text) => !/^[ .]+$/.test(text));
    const paths = fc.uniqueArray(fc.tuple(segment, segment), {
      minLength: 1,
      selector: ([, name]) =>
        name
          .trim()
          .toLowerCase()
          .replace(/^0+|\.[^.]*$/g, ''),
    });
    fc.assert(
      fc.property(paths, segment, (pairs, before) => {
        const all = pairs.map(([folder, name], index) => `${folder}/x${index}x${name.trim()}.jpg`);
        const index = new PathIndex(all);
        for (const path of all) expect(index.find(`/${before}/${path}`)).toMatchObject({ path });
      }),
      { numRuns: 100 },
    );
  });
});
