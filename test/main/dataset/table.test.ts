import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type LayoutOptions,
  type Recognition,
  recogniseDataset,
  type SampleRecord,
} from '../../../src/main/dataset/index.ts';
import { makeTemporaryFolder, makeTree } from '../../support/datasetTree.ts';

async function open(
  tree: Record<string, string | Uint8Array>,
  options: LayoutOptions = {},
): Promise<{ recognition: Recognition; samples: SampleRecord[] }> {
  const folder = await makeTree(await makeTemporaryFolder(onTestFinished), tree);
  const dataset = await recogniseDataset(folder, options);
  return { recognition: dataset.recognition, samples: await Array.fromAsync(dataset.samples()) };
}

const files = (...paths: string[]) => Object.fromEntries(paths.map((path) => [path, 'x']));
const rows = (samples: SampleRecord[]) =>
  samples.map(({ image, split, givenLabel, problem }) => [image, split, givenLabel, problem]);
const THREE = files('images/a.jpg', 'images/b.jpg', 'images/c.jpg');

describe('a table of labels', () => {
  it('is read in its own order, with its splits and values unchanged', async () => {
    const { recognition, samples } = await open({
      ...THREE,
      'labels.csv':
        'image,emotion,usage,age\nimages/c.jpg, Happy ,train,31\nimages/a.jpg,3,test,4\nimages/b.jpg,,test,5\n',
    });
    expect(rows(samples)).toEqual([
      ['images/c.jpg', 'train', 'Happy', null],
      ['images/a.jpg', 'test', '3', null],
      ['images/b.jpg', 'test', null, null],
    ]);
    expect(recognition).toMatchObject({
      layout: 'table',
      options: { table: 'labels.csv', imageColumn: 'image', labelColumn: 'emotion', splitColumn: 'usage' },
      images: 3,
      splits: [
        { name: 'train', count: 1 },
        { name: 'test', count: 2 },
      ],
    });
    expect(recognition.problems.map(({ message }) => message)).toEqual(['1 row has no label']);
    expect(recognition.reason).toBe(
      'The table labels.csv names images in "image", labels in "emotion" and the split in "usage".',
    );
  });

  it('of two columns with one name asks which is meant, and takes either', async () => {
    const tree = {
      ...THREE,
      'labels.csv':
        'image,label,label\nimages/a.jpg,sad,happy\nimages/b.jpg,fear,fear\nimages/c.jpg,sad,sad\n',
    };
    const { recognition } = await open(tree);
    expect(recognition.choices).toMatchObject([{ values: [{ value: 'label' }, { value: 'label (2)' }] }]);
    const { samples } = await open(tree, { labelColumn: 'label (2)' });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual(['happy', 'fear', 'sad']);
    const same = await open({ ...tree, 'labels.csv': tree['labels.csv'].replace('sad,happy', 'sad,sad') });
    expect(same.recognition.choices ?? []).toEqual([]);
  });

  const written = {
    commas: 'path,label\nimages/a.jpg,sad\nimages/b.jpg,fear\n',
    'semicolons and CRLF': 'path;label\r\nimages/a.jpg;sad\r\nimages/b.jpg;fear\r\n',
    'tabs, no final newline': 'path\tlabel\nimages/a.jpg\tsad\nimages/b.jpg\tfear',
    'bars and blank lines': 'path|label\n\nimages/a.jpg|sad\n\n\nimages/b.jpg|fear\n',
    'a byte-order mark and quotes': '\ufeff"path","label"\n"images/a.jpg","sad"\n"images/b.jpg","fear"\n',
    'no header': 'images/a.jpg,sad\nimages/b.jpg,fear\n',
    'the label first': 'sad,images/a.jpg\nfear,images/b.jpg\n',
    'Windows separators': 'path,label\nimages\\a.jpg,sad\n.\\images\\b.jpg,fear\n',
    'names below a folder': 'file,label\na.jpg,sad\nb.jpg,fear\n',
    'unknown column names': 'foo,bar\nimages/a.jpg,sad\nimages/b.jpg,fear\n',
    'numbers beside': 'id,x,file,label\n1,0.5,images/a.jpg,sad\n2,0.7,images/b.jpg,fear\n',
  };
  it.each(Object.entries(written))('may be written with %s', async (_, text) => {
    const { samples } = await open({ ...THREE, 'labels.csv': text });
    expect(rows(samples)).toEqual([
      ['images/a.jpg', null, 'sad', null],
      ['images/b.jpg', null, 'fear', null],
    ]);
  });

  it('may be in UTF-16 or in Windows’ alphabet', async () => {
    const text = 'path,label\nimages/\u00e9.jpg,sad\n';
    const tree = files('images/\u00e9.jpg');
    for (const bytes of [Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'latin1')]) {
      const { samples } = await open({ ...tree, 'labels.csv': bytes });
      expect(rows(samples)).toEqual([['images/\u00e9.jpg', null, 'sad', null]]);
    }
  });

  it('finds files whose accents are composed in another way', async () => {
    const { samples } = await open({
      ...files('im/e\u0301.jpg'),
      'l.csv': 'path,label\nim/\u00e9.jpg,sad\n',
    });
    expect(samples[0]).toMatchObject({ path: 'im/e\u0301.jpg', problem: null });
  });

  it('wins over folders that look like classes', async () => {
    const { recognition } = await open({
      ...files('happy/a.jpg', 'sad/b.jpg'),
      'labels.csv': 'image,label\nhappy/a.jpg,fear\nsad/b.jpg,sad\n',
    });
    expect(recognition.layout).toBe('table');
  });

  it('does not win where it names a few images of many', async () => {
    const many = files(...Array.from({ length: 20 }, (_, index) => `happy/${index}.jpg`), 'sad/1.jpg');
    const { recognition } = await open({
      ...many,
      'blurred.csv': 'image,label\nhappy/1.jpg,yes\nhappy/2.jpg,no\n',
    });
    expect(recognition.layout).toBe('class-folders');
  });

  it('is not a cleaned label file that was saved beside the images', async () => {
    const cleaned = 'image,split,label_given,label_clean,status\nhappy/a.jpg,,happy,fear,relabelled\n';
    const tree = { ...files('happy/a.jpg', 'sad/b.jpg'), 'cleaned.csv': cleaned };
    expect((await open(tree)).recognition.layout).toBe('class-folders');
    const asked = await open(tree, { table: 'cleaned.csv', labelColumn: 'label_clean' });
    expect(rows(asked.samples)).toEqual([['happy/a.jpg', null, 'fear', null]]);
  });

  it('keeps rows that name no usable file, with the reason', async () => {
    const { samples, recognition } = await open({
      ...THREE,
      'labels.csv':
        'image,label\nimages/a.jpg,sad\nimages/gone.jpg,sad\n../../etc/passwd,sad\n/etc/passwd,sad\n,sad\nimages/b.jpg,sad\n',
    });
    expect(rows(samples).map(([image, , , problem]) => [image, problem])).toEqual([
      ['images/a.jpg', null],
      ['images/gone.jpg', 'file not found'],
      ['../../etc/passwd', 'outside the folder'],
      ['/etc/passwd', 'outside the folder'],
      ['labels.csv row 6', 'the table names no image'],
      ['images/b.jpg', null],
    ]);
    expect(samples[2]?.path).toBe('');
    expect(recognition.problems.map(({ message }) => message)).toEqual([
      '1 row names a file that cannot be found',
      '2 rows point outside the folder',
      '1 row names no image, or several',
      '1 image is not in the table and ignored',
    ]);
  });

  it('numbers repeats of a file', async () => {
    const { samples } = await open({
      ...THREE,
      ...files('images/a.jpg#2'),
      'labels.csv':
        'image,label\nimages/a.jpg,sad\nimages/a.jpg#2,sad\nimages/a.jpg,fear\nimages/a.jpg,sad\n',
    });
    expect(samples.map(({ image, path }) => [image, path])).toEqual([
      ['images/a.jpg', 'images/a.jpg'],
      ['images/a.jpg#2', 'images/a.jpg#2'],
      ['images/a.jpg#3', 'images/a.jpg'],
      ['images/a.jpg#4', 'images/a.jpg'],
    ]);
  });

  it('does not guess between files of one name', async () => {
    const { samples } = await open({
      ...files('x/a.jpg', 'y/a.jpg', 'y/b.jpg'),
      'labels.csv': 'image,label\na.jpg,sad\nb.jpg,fear\n',
    });
    expect(rows(samples)).toEqual([
      ['a.jpg', null, 'sad', 'ambiguous: 2 files have this name: x/a.jpg, y/a.jpg'],
      ['y/b.jpg', null, 'fear', null],
    ]);
  });

  it('accepts absolute paths inside the folder', async () => {
    const folder = await makeTree(await makeTemporaryFolder(onTestFinished), THREE);
    await makeTree(folder, { 'labels.csv': `image,label\n${folder}/images/a.jpg,sad\n` });
    const dataset = await recogniseDataset(folder);
    expect(rows(await Array.fromAsync(dataset.samples()))).toEqual([['images/a.jpg', null, 'sad', null]]);
  });

  it('is read relative to its own folder first', async () => {
    const { samples } = await open({
      ...files('set/images/a.jpg', 'images/a.jpg'),
      'set/labels.csv': 'image,label\nimages/a.jpg,sad\n../images/a.jpg,fear\n',
    });
    expect(samples.map(({ path }) => path)).toEqual(['set/images/a.jpg', 'images/a.jpg']);
  });
});

describe('several tables', () => {
  const tables = {
    ...files('im/a.jpg', 'im/b.jpg', 'im/c.jpg'),
    'train.csv': 'image,label\nim/b.jpg,sad\n',
    'test.csv': 'image,label\nim/a.jpg,fear\nim/c.jpg,sad\n',
  };

  it('of one shape named after splits are read as these', async () => {
    const { samples, recognition } = await open(tables);
    expect(rows(samples).map(([image, split]) => [image, split])).toEqual([
      ['im/a.jpg', 'test'],
      ['im/c.jpg', 'test'],
      ['im/b.jpg', 'train'],
    ]);
    expect(recognition.options).toMatchObject({ table: 'test.csv + train.csv' });
  });

  it('if not, one is used, the others are reported, and the user can choose', async () => {
    const tree = { ...tables, 'other.csv': 'image,label\nim/a.jpg,sad\n' };
    expect((await open(tree)).recognition.problems.map(({ message }) => message)).toContain(
      'Another label table was found; choose the table to use it',
    );
    const { samples } = await open(tree, { table: 'other.csv' });
    expect(rows(samples)).toEqual([['im/a.jpg', null, 'sad', null]]);
  });
});

describe('what the user asks for', () => {
  const tree = {
    ...THREE,
    'labels.csv': 'image,label,second,part\nimages/a.jpg,sad,Fear,1\nimages/b.jpg,sad,Joy,2\n',
  };

  it('decides the columns', async () => {
    const { samples } = await open(tree, { labelColumn: 'second', splitColumn: 'part' });
    expect(rows(samples)).toEqual([
      ['images/a.jpg', '1', 'Fear', null],
      ['images/b.jpg', '2', 'Joy', null],
    ]);
  });

  it('is refused with the columns there are', async () => {
    await expect(open(tree, { labelColumn: 'mood' })).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringContaining('"mood"'),
      hint: 'The columns are labels.csv: image, label, second, part.',
    });
    await expect(open(tree, { table: 'gone.csv' })).rejects.toMatchObject({
      code: 'table-invalid',
      hint: 'There are labels.csv.',
    });
  });

  it('names the columns of a table without a header by number', async () => {
    const bare = { ...THREE, 'l.csv': 'images/a.jpg,1,7\nimages/b.jpg,2,7\nimages/c.jpg,1,8\n' };
    const { samples } = await open(bare, { labelColumn: 'column 3' });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual(['7', '7', '8']);
  });
});

describe('a table that is damaged', () => {
  it('says that a quote is never closed', async () => {
    const text = `image,label\nimages/a.jpg,sad\nimages/b.jpg,sad\n${'images/c.jpg,sad\n'.repeat(40_000)}"images/b.jpg,sad\n${'images/c.jpg,sad\n'.repeat(100)}`;
    await expect(open({ ...THREE, 'labels.csv': text })).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringContaining('a quoted value is not closed'),
    });
  });

  it('with longer and with empty rows is read, and refused with the line where a row ends before its label', async () => {
    const { samples } = await open({
      ...THREE,
      'l.csv': `image,label\nimages/a.jpg,sad,extra\nimages/b.jpg,\n,\n${'images/c.jpg,"fear"\n'.repeat(9)}`,
    });
    expect(samples.map(({ givenLabel }) => givenLabel)).toEqual([
      'sad',
      null,
      null,
      ...Array(9).fill('fear'),
    ]);
    const short = `image,label\n${'images/c.jpg,fear\n'.repeat(9)}images/b.jpg\n`;
    await expect(open({ ...THREE, 'l.csv': short })).rejects.toThrow(
      /l\.csv line 11: expected 2 cells, found 1/,
    );
  });
});

describe('odd file names', () => {
  it('come back from a table as they are on disk', async () => {
    const letter = fc.constantFrom(...'abcXYZ019 #,;"\'\n\t|&%()[]éß漢字😀-_=+~^!');
    const stem = fc.array(letter, { minLength: 1, maxLength: 12 }).map((letters) => letters.join(''));
    const names = fc.uniqueArray(stem, {
      minLength: 2,
      maxLength: 6,
      selector: (name) => name.normalize('NFC').toLowerCase(),
    });
    await fc.assert(
      fc.asyncProperty(names, async (stems) => {
        const paths = stems.map((name) => `im/x${name}.png`);
        const quoted = paths.map((name) => `"${name.replaceAll('"', '""')}",happy\n`);
        const { samples } = await open({
          ...files(...paths),
          'labels.csv': `image,label\n${quoted.join('')}`,
        });
        expect(samples.map(({ path, problem }) => [path, problem])).toEqual(
          paths.map((path) => [path, null]),
        );
      }),
      { numRuns: 25 },
    );
  });
});
