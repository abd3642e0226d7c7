import { describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/domain/errors.ts';
import { imageParquet } from '../../support/imageParquet.ts';
import { goodTree } from '../../support/layoutTrees.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';

type Spoil = (text: string) => string | Buffer;

/** Why a fault cannot be distinguished from a valid file. */
interface NoFault {
  notOne: string;
}

interface Spoiled {
  /** The label file that is spoilt. */
  file: string;
  /** A valid file of it, if the layout has no generated tree. */
  tree?: Tree;
  'cut off': Spoil | NoFault;
  'wrong types': Spoil | NoFault;
  'ids out of range': Spoil | NoFault;
  'wrong header': Spoil | NoFault;
  'mixed delimiters': Spoil | NoFault;
  /** By default both UTF-16 and a byte that is not UTF-8. */
  'wrong encoding'?: NoFault;
}

const FAULTS = ['cut off', 'wrong types', 'ids out of range', 'wrong header', 'mixed delimiters'] as const;

const replaced =
  (from: string | RegExp, to: string): Spoil =>
  (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`nothing matches ${from}`);
    return changed;
  };
const cut: Spoil = (text) => text.slice(0, Math.floor(text.length * 0.6));
/** Another delimiter in one line. */
const inLine =
  (line: number): Spoil =>
  (text) =>
    text
      .split('\n')
      .map((row, at) => (at + 1 === line ? row.replaceAll(',', ';') : row))
      .join('\n');
const FREE: NoFault = { notOne: 'its labels are text' };
const NO_HEADER: NoFault = { notOne: 'it has no header' };
const NO_DELIMITER: NoFault = { notOne: 'it has no delimiters' };

const SPOILED: Record<string, Spoiled> = {
  'raf-db': {
    file: 'EmoLabel/list_patition_label.txt',
    'cut off': cut,
    'wrong types': replaced(/ \d\n/, ' happy\n'),
    'ids out of range': replaced(/ \d\n/, ' 9\n'),
    'wrong header': NO_HEADER,
    'mixed delimiters': replaced(/ (\d\n)/, ';$1'),
  },
  'affectnet-csv': {
    file: 'Manually_Annotated_file_lists/training.csv',
    'cut off': cut,
    'wrong types': replaced(/,\d+,([^,\n]*,[^,\n]*\n)/, ',happy,$1'),
    'ids out of range': replaced(/,\d+,([^,\n]*,[^,\n]*\n)/, ',11,$1'),
    'wrong header': replaced('expression', 'feeling'),
    'mixed delimiters': inLine(2),
  },
  'fer-plus': {
    file: 'fer2013new.csv',
    'cut off': cut,
    'wrong types': replaced(/,\d+\n/, ',many\n'),
    'ids out of range': replaced(/,\d+\n/, ',-1\n'),
    'wrong header': replaced('surprise', 'surprised'),
    'mixed delimiters': inLine(3),
  },
  'fer2013-csv': {
    file: 'fer2013.csv',
    'cut off': cut,
    'wrong types': replaced(/\n\d,/, '\nhappy,'),
    'ids out of range': replaced(/\n\d,/, '\n7,'),
    'wrong header': replaced('pixels', 'image'),
    'mixed delimiters': inLine(3),
  },
  'aff-wild2': {
    file: 'EXPR_Classification_Challenge/Train_Set/clip 1.txt',
    'cut off': cut,
    'wrong types': replaced(/\n\d/, '\nhappy'),
    'ids out of range': replaced(/\n\d/, '\n8'),
    'wrong header': replaced(/anger/i, 'angry'),
    'mixed delimiters': replaced(/,/, ';'),
  },
  expw: {
    file: 'label/label.lst',
    'cut off': cut,
    'wrong types': replaced(/ \d\n/, ' happy\n'),
    'ids out of range': replaced(/ \d\n/, ' 7\n'),
    'wrong header': NO_HEADER,
    'mixed delimiters': replaced(/ (\d\n)/, ';$1'),
  },
  'affectnet-npy': {
    file: 'train_set/annotations/1_exp.npy',
    'cut off': cut,
    'wrong types': replaced(/'descr': *'[^']*'/, "'descr': '<c8'"),
    'ids out of range': (text) => `${text.slice(0, -1)}\x63`,
    'wrong header': replaced('NUMPY', 'NUMPI'),
    'mixed delimiters': NO_DELIMITER,
  },
  'ck-plus': {
    file: 'Emotion/S001/001/S001_001_00000012_emotion.txt',
    'cut off': () => '   ',
    'wrong types': () => '   happy\n',
    'ids out of range': () => '   9.0000000e+00\n',
    'wrong header': NO_HEADER,
    'mixed delimiters': () => '   3,0000000e+00\n',
  },
  'hf-imagefolder': {
    file: 'train/metadata.csv',
    'cut off': cut,
    'wrong types': FREE,
    'ids out of range': FREE,
    'wrong header': replaced('file_name', 'name'),
    'mixed delimiters': inLine(2),
  },
  coco: {
    file: 'annotations/instances.json',
    'cut off': cut,
    'wrong types': replaced(/"category_id": \d+/, '"category_id": {}'),
    'ids out of range': replaced(/"category_id": \d+/, '"category_id": 77'),
    'wrong header': replaced(/"categories"/, '"kinds"'),
    'mixed delimiters': replaced(/,\n/, ';\n'),
  },
  'label-studio': {
    file: 'project-1.json',
    'cut off': cut,
    'wrong types': replaced('"choices": [', '"choices": [ 3, '),
    'ids out of range': FREE,
    'wrong header': replaced(/"data":/, '"date":'),
    'mixed delimiters': replaced(/,\n/, ';\n'),
  },
  cvat: {
    file: 'annotations.xml',
    'cut off': cut,
    'wrong types': replaced(/xbr="30"/, 'xbr="wide"'),
    'ids out of range': FREE,
    'wrong header': replaced(/ name="/, ' title="'),
    'mixed delimiters': NO_DELIMITER,
  },
  fiftyone: {
    file: 'samples.json',
    'cut off': cut,
    'wrong types': replaced(/"label": "[^"]*"/, '"label": 3'),
    'ids out of range': FREE,
    'wrong header': replaced(/"filepath"/, '"path"'),
    'mixed delimiters': replaced(/,\n/, ';\n'),
  },
  'hf-parquet': {
    file: 'train.parquet',
    tree: { 'train.parquet': parquetWith([0n, 1n, 2n]) },
    'cut off': cut,
    'wrong types': () => Buffer.from(imageParquet([{ bytes: Uint8Array.of(1), label: 1.5 }])),
    'ids out of range': () => Buffer.from(parquetWith([0n, 3n, 2n])),
    'wrong header': (text) => `${text.slice(0, -4)}PAR2`,
    'mixed delimiters': NO_DELIMITER,
  },
  table: {
    file: 'labels.csv',
    tree: {
      'images/a.jpg': 'a',
      'images/b.jpg': 'b',
      'images/c.jpg': 'c',
      'images/d.jpg': 'd',
      'images/e.jpg': 'e',
      'labels.csv':
        'image,label,age\nimages/a.jpg,happy,20\nimages/b.jpg,sad,30\nimages/c.jpg,sad,40\nimages/d.jpg,sad,50\nimages/e.jpg,sad,60\n',
    },
    'cut off': (text) => text.slice(0, -9),
    'wrong types': FREE,
    'ids out of range': FREE,
    'wrong header': { notOne: 'columns are also found by what they hold' },
    'wrong encoding': { notOne: 'it is read in the encoding that it has' },
    'mixed delimiters': replaced('images/b.jpg,sad,30', 'images/b.jpg;sad;30'),
  },
};

function parquetWith(labels: bigint[]): Uint8Array {
  return imageParquet(labels.map((label) => ({ bytes: Uint8Array.of(1, 2, 3), label })));
}

/** Text in which every character is a byte where the file is not text. */
const isBinary = (file: string) => /\.(npy|parquet)$/.test(file);

function spoil(tree: Tree, file: string, change: Spoil): Tree {
  const before = tree[file];
  if (before === undefined || before === null) throw new Error(`there is no ${file}`);
  const encoding = isBinary(file) ? 'latin1' : 'utf8';
  const after = change(Buffer.from(before as string).toString(encoding));
  return { ...tree, [file]: typeof after === 'string' ? Buffer.from(after, encoding) : after };
}

const utf16: Spoil = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');
const latin1: Spoil = (text) => {
  const middle = text.length >> 1;
  return Buffer.concat([
    Buffer.from(text.slice(0, middle)),
    Buffer.of(0xe9),
    Buffer.from(text.slice(middle)),
  ]);
};

const CASES = Object.entries(SPOILED).flatMap(([id, spoiled]) => {
  const { file, tree = goodTree(id) } = spoiled;
  const faults = FAULTS.map((fault) => ({ fault: fault as string, how: spoiled[fault] }));
  if (!isBinary(file) && spoiled['wrong encoding'] === undefined)
    faults.push({ fault: 'UTF-16', how: utf16 }, { fault: 'a byte that is not UTF-8', how: latin1 });
  return faults.flatMap(({ fault, how }) =>
    typeof how === 'function' ? [{ id, fault, file, tree, how }] : [],
  );
});

/** Parts of a binary file have no line; its rows are named. */
const placeIn = (file: string) => {
  const path = `/${file.replaceAll(/[.()]/g, '\\$&')}`;
  return isBinary(file) ? new RegExp(`${path}: .+`) : new RegExp(`${path}\\b.*\\bline \\d+\\b`);
};

describe('every layout with label files, damaged in every way that it can be', () => {
  it.each(CASES)('$id: $fault', async ({ id, fault: _, file, tree, how }) => {
    expect((await openTree(tree)).recognition.layout).toBe(id);
    const refused = await openTree(spoil(tree, file, how)).then(
      ({ recognition }) => ({ code: 'read', message: recognition.layout }),
      (error: AppError) => error,
    );
    expect(refused).toMatchObject({ code: 'table-invalid', message: expect.stringMatching(placeIn(file)) });
    expect(refused.message).not.toContain('\n');
  });
});
