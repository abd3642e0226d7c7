import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recogniseDataset } from '../../../src/main/dataset/index.ts';
import { guessEncoding } from '../../../src/main/dataset/readers/textEncoding.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';

/** Label files with few words, as people in these places save them, and what their encoding is called. */
const FILES: [encoding: string, called: string, images: string[], labels: string[]][] = [
  ['gb18030', 'GBK (Chinese)', ['张三.jpg', '图片/李四 2.jpg'], ['高兴', '悲伤']],
  ['gb18030', 'GBK (Chinese)', ['图1.jpg', 'b.jpg'], ['happy', 'sad']],
  ['shift_jis', 'Shift-JIS (Japanese)', ['山田太郎.jpg', '写真/テスト1.jpg'], ['喜び', '悲しみ']],
  ['shift_jis', 'Shift-JIS (Japanese)', ['表情能力.jpg', 'b.jpg'], ['happy', 'sad']],
  ['euc-jp', 'EUC-JP (Japanese)', ['山田太郎.jpg', 'b.jpg'], ['happy', 'sad']],
  ['big5', 'Big5 (Chinese)', ['張三.jpg', '照片/李四.jpg'], ['高興', '悲傷']],
  ['euc-kr', 'EUC-KR (Korean)', ['김철수.jpg', 'b.jpg'], ['happy', 'sad']],
  [
    'windows-1252',
    'Windows-1252 (Western European)',
    ['élève.jpg', 'Gesichter/fröhlich.jpg'],
    ['joie', 'gêné'],
  ],
  ['windows-1252', 'Windows-1252 (Western European)', ['niño.jpg', 'b.jpg'], ['happy', 'sad']],
  ['windows-1250', 'Windows-1250 (Central European)', ['obličej.jpg', 'štěstí/żółw.jpg'], ['happy', 'sad']],
  ['windows-1251', 'Windows-1251 (Cyrillic)', ['лицо.jpg', 'б.jpg'], ['радость', 'грусть']],
  ['windows-1253', 'Windows-1253 (Greek)', ['πρόσωπο.jpg', 'b.jpg'], ['χαρά', 'λύπη']],
  ['windows-1254', 'Windows-1254 (Turkish)', ['şaşkın yüz.jpg', 'ığ.jpg'], ['mutlu', 'üzgün']],
];

const treeOf = (images: string[], labels: Buffer, name = 'labels.csv'): Tree => ({
  ...Object.fromEntries(images.map((path) => [path, path])),
  [name]: labels,
});

describe('a label file that is not UTF-8', () => {
  it.each(FILES)(
    'in %s finds its images by their names, and says that it is read as %s',
    async (...given) => {
      const [encoding, called, images, labels] = given;
      const text = `image,label\n${images.map((path, row) => `${path},${labels[row]}`).join('\n')}\n`;
      const { recognition, samples } = await openTree(treeOf(images, iconv.encode(text, encoding)));
      expect(samples.map(({ path, givenLabel, problem }) => [path, givenLabel, problem])).toEqual(
        images.map((path, row) => [path, labels[row], null]),
      );
      const [told] = recognition.problems.filter(({ kind }) => kind === 'guessed-encoding');
      expect(told).toMatchObject({ message: expect.stringContaining(called), count: 1 });
    },
  );

  it.each(FILES)(
    'in %s is the same bytes again where no label changes, and with one that does',
    async (...given) => {
      const [encoding, , images, labels] = given;
      const rows = (first: string) => `image,label\r\n${images[0]},${first}\r\n${images[1]},"${labels[1]}"`;
      const before = iconv.encode(rows(labels[0] as string), encoding);
      const { write } = await openTree(treeOf(images, before));
      expect(await write()).toEqual({ 'labels.csv': before.toString('latin1') });
      const after = iconv.encode(rows(labels[1] as string), encoding).toString('latin1');
      expect(await write({ [images[0] as string]: labels[1] as string })).toEqual({ 'labels.csv': after });
    },
  );

  it.each(FILES)('in %s may be a list of lines', async (...given) => {
    const [encoding, called, images, labels] = given;
    const text = images.map((path, row) => `${path} ${labels[row]}\n`).join('');
    const { recognition, samples, write } = await openTree(
      treeOf(images, iconv.encode(text, encoding), 'list.txt'),
      { layout: 'image-list' },
    );
    expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual(
      images.map((path, row) => [path, labels[row]]),
    );
    expect(recognition.problems.map(({ message }) => message).join()).toContain(called);
    expect(await write()).toEqual({ 'list.txt': iconv.encode(text, encoding).toString('latin1') });
  });

  it('is guessed from its letters alone where no name on disk helps', () => {
    const long = '表情,标签\n高兴的脸,高兴\n悲伤的脸,悲伤\n愤怒的脸,愤怒\n';
    expect(guessEncoding(iconv.encode(long, 'gb18030'))).toBe('gb18030');
    expect(guessEncoding(iconv.encode('画像,ラベル\n写真,よろこび\n', 'shift_jis'))).toBe('shift_jis');
    expect(guessEncoding(iconv.encode('image,label\na.jpg,fröhlich\n', 'windows-1252'))).toBe('windows-1252');
    expect(guessEncoding(iconv.encode('image,label\na.jpg,高兴\nb.jpg,悲伤\n', 'gb18030'))).toBe('gb18030');
  });

  it('is not what UTF-8 with emoji, private letters or a cut last character is', () => {
    for (const text of ['a,😀\n', 'a,\ue123\n', 'a,\u0085b\n']) {
      expect(guessEncoding(Buffer.from(text))).toBe('utf-8');
    }
    expect(guessEncoding(Buffer.from('a,喜').subarray(0, -1))).toBe('utf-8');
  });

  it.skipIf(process.platform !== 'linux')(
    'finds files whose own names are in the same old bytes',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'grefel-bytes-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      mkdirSync(join(folder, 'faces'));
      for (const name of ['张三.jpg', '李四.jpg']) {
        writeFileSync(Buffer.concat([Buffer.from(`${folder}/faces/`), iconv.encode(name, 'gb18030')]), name);
      }
      const labels = 'image,label\nfaces/张三.jpg,高兴\nfaces/李四.jpg,悲伤\n';
      writeFileSync(join(folder, 'labels.csv'), iconv.encode(labels, 'gb18030'));
      const dataset = await recogniseDataset(folder);
      const samples = await Array.fromAsync(dataset.samples());
      expect(samples.map(({ givenLabel, problem }) => [givenLabel, problem])).toEqual([
        ['高兴', null],
        ['悲伤', null],
      ]);
    },
  );
});

const IMAGES = ['a.jpg', 'b c.jpg', '#3.jpg'];
const ROWS = [
  ['a.jpg', 'happy'],
  ['b c.jpg', 'sad'],
  ['#3.jpg', 'happy'],
];

/** What people and programs put around the rows of a table. */
const SHAPES: Record<string, string> = {
  'sep=; of Excel': 'sep=;\r\nimage;label\r\na.jpg;happy\r\nb c.jpg;sad\r\n#3.jpg;happy\r\n',
  'sep=; with a byte-order mark':
    '\ufeffsep=;\r\nimage;label\r\na.jpg;happy\r\nb c.jpg;sad\r\n#3.jpg;happy\r\n',
  'sep=, and no header': 'sep=,\na.jpg,happy\nb c.jpg,sad\n#3.jpg,happy\n',
  'SEP=| in capitals': 'SEP=|\nimage|label\na.jpg|happy\nb c.jpg|sad\n#3.jpg|happy\n',
  'comments before the header':
    '# made on Monday\n# by A, B, and C\nimage,label\na.jpg,happy\nb c.jpg,sad\n#3.jpg,happy\n',
  'a comment that is as wide as the table':
    '# by A, B\nimage,label\na.jpg,happy\nb c.jpg,sad\n#3.jpg,happy\n',
  'a comment between rows': 'image,label\na.jpg,happy\n## second half\nb c.jpg,sad\n#3.jpg,happy\n# end\n',
  'a header behind #': '#image,label\na.jpg,happy\nb c.jpg,sad\n#3.jpg,happy\n',
  'columns aligned with spaces': 'image      label\na.jpg      happy\nb c.jpg    sad\n#3.jpg     happy\n',
};

describe('a label table with more around its rows', () => {
  it.each(Object.entries(SHAPES))('%s', async (_name, text) => {
    const images = Object.fromEntries(IMAGES.map((path) => [path, path]));
    const { samples, write } = await openTree({ ...images, 'labels.csv': text }, { layout: 'table' });
    expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual(ROWS);
    expect(samples.every(({ problem }) => problem === null)).toBe(true);
    expect(await write()).toEqual({ 'labels.csv': Buffer.from(text).toString('latin1') });
    const changed = text.replace(/(b c\.jpg\W+)sad/, '$1fear');
    expect(await write({ 'b c.jpg': 'fear' })).toEqual({
      'labels.csv': Buffer.from(changed).toString('latin1'),
    });
  });

  it('three columns aligned with single spaces and more, in a text file', async () => {
    const text =
      'name    subject  emotion\n1.png   S1       happy\n20.png  S20      sad\n300.png S3       anger\n';
    const { samples } = await openTree({ '1.png': '1', '20.png': '2', '300.png': '3', 'labels.txt': text });
    expect(samples.map(({ path, givenLabel, metadata }) => [path, givenLabel, metadata?.subject])).toEqual([
      ['1.png', 'happy', 'S1'],
      ['20.png', 'sad', 'S20'],
      ['300.png', 'anger', 'S3'],
    ]);
  });

  it('comments in a list of lines', async () => {
    const text = '# list of faces\n#\na.jpg happy\n#skip this\nb c.jpg sad\n#3.jpg happy\n';
    const images = Object.fromEntries(IMAGES.map((path) => [path, path]));
    const { samples } = await openTree({ ...images, 'list.txt': text }, { layout: 'image-list' });
    expect(samples.map(({ path, givenLabel }) => [path, givenLabel])).toEqual(ROWS);
  });

  it('a commented row of a missing image is reported as missing, never dropped', async () => {
    const { samples } = await openTree({
      'a.jpg': '1',
      'b.jpg': '2',
      'labels.csv': 'image,label\na.jpg,happy\n#gone.jpg,sad\nb.jpg,sad\n',
    });
    expect(samples.map(({ path, problem }) => [path, problem])).toContainEqual([
      '#gone.jpg',
      'file not found',
    ]);
  });
});
