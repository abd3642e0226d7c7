import { describe, expect, it } from 'vitest';
import { goodTree } from '../../support/layoutTrees.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';

/** A good dataset of a layout, with one of its files spoilt. */
function spoilt(id: string, file: string, spoil: (text: string) => string | Buffer): Tree {
  const tree = goodTree(id);
  const before = tree[file];
  if (before === undefined) throw new Error(`${id} has no ${file}`);
  return { ...tree, [file]: spoil(Buffer.from(before as string).toString('utf8')) };
}

const LIST = 'EmoLabel/list_patition_label.txt';
const TRAINING = 'Manually_Annotated_file_lists/training.csv';
const FRAMES = 'EXPR_Classification_Challenge/Train_Set/clip 1.txt';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const latin1 = (text: string) => Buffer.from(text.replace('.jpg', '\xe9.jpg'), 'latin1');
const cut = (text: string) => text.slice(0, -40);
const line = (number: number, text: string) => (whole: string) =>
  whole
    .split('\n')
    .map((each, index) => (index + 1 === number ? text : each))
    .join('\n');

describe('a damaged file gives one line with the file, the line and the problem, and nothing is imported', () => {
  it.each<[string, string, (text: string) => string | Buffer, RegExp]>([
    [
      'raf-db',
      LIST,
      line(3, 'train_00002.jpg'),
      /list_patition_label\.txt line 3: expected an image name and a label/,
    ],
    ['raf-db', LIST, line(2, 'train_00001.jpg 9'), /line 2: the label "9" is not one of 1 to 7/],
    ['raf-db', LIST, line(2, 'train_00001.jpg happy'), /line 2: the label "happy" is not one of/],
    ['raf-db', LIST, line(4, 'a b c d'), /line 4: expected an image name/],
    ['raf-db', LIST, latin1, /line 1: it is not in UTF-8/],
    ['raf-db', LIST, utf16, /line 1: it is not in UTF-8/],
    [
      'expw',
      'label/label.lst',
      line(2, '0.jpg 1 10 1 90 80 72.4'),
      /label\.lst line 2: expected image, face id/,
    ],
    ['expw', 'label/label.lst', line(2, '0.jpg 1 10 x 90 80 72.4 3'), /line 2: "x" is not a whole number/],
    ['expw', 'label/label.lst', line(2, '0.jpg 1 10 9 9 80 72.4 3'), /line 2: the face box has no area/],
    [
      'expw',
      'label/label.lst',
      line(5, '2.jpg 0 10 4 90 80 72.4 7'),
      /line 5: the label "7" is not one of 0 to 6/,
    ],
    [
      'aff-wild2',
      FRAMES,
      line(1, 'Happy,Sad'),
      /clip 1\.txt line 1: expected the class names neutral, anger/,
    ],
    ['aff-wild2', FRAMES, line(3, '8'), /clip 1\.txt line 3: the label "8" is not one of 0 to 7/],
    ['aff-wild2', FRAMES, line(2, '1.5'), /clip 1\.txt line 2: "1\.5" is not a whole number/],
    [
      'affectnet-csv',
      TRAINING,
      line(2, '1/1é.jpg,1,2,30,40,1.5;2.5'),
      /training\.csv cannot be read: .*on line 2/,
    ],
    [
      'affectnet-csv',
      TRAINING,
      line(2, '1/1é.jpg,1,2,30,40,x,11,0,0'),
      /training\.csv line 2: the label "11" is not one of 0 to 10/,
    ],
    [
      'affectnet-csv',
      TRAINING,
      line(3, '2/2é.jpg,1,2,left,40,x,1,0,0'),
      /line 3: the face box 1, 2, left, 40 is not a box/,
    ],
    ['affectnet-csv', TRAINING, line(2, ',1,2,30,40,x,1,0,0'), /line 2: the row names no image/],
    [
      'affectnet-csv',
      TRAINING,
      line(2, '"1/1é.jpg,1,2,30,40,x,1,0,0'),
      /training\.csv.*quoted value is not closed/,
    ],
    [
      'affectnet-csv',
      TRAINING,
      line(3, '2/2é.jpg;1;2;30;40;x;1;0;0'),
      /training\.csv cannot be read: .*line 3/,
    ],
    [
      'affectnet-npy',
      'train_set/annotations/1_exp.npy',
      (text) => text.slice(0, 20),
      /1_exp\.npy: (not a NumPy file|a truncated NumPy file)/,
    ],
    [
      'fer-plus',
      'fer2013new.csv',
      line(4, 'Training,fer0000001.png,x,0,0,0,0,0,0,0,0,0'),
      /fer2013new\.csv line 4: "x" is not a whole number/,
    ],
    [
      'fer-plus',
      'fer2013new.csv',
      line(4, 'Training,fer0000001.png,-1,0,0,0,0,0,0,0,0,0'),
      /line 4: -1 votes for neutral/,
    ],
    [
      'fer-plus',
      'fer2013new.csv',
      line(4, 'Training,fer0000001.png,1,2'),
      /fer2013new\.csv cannot be read: .*line 4/,
    ],
    [
      'fer2013-csv',
      'fer2013.csv',
      line(3, '7,1 2 3 4,Training'),
      /fer2013\.csv line 3: the label "7" is not one of 0 to 6/,
    ],
    ['fer2013-csv', 'fer2013.csv', line(3, '3,1 2 3,Training'), /line 3: 3 pixels are not a square image/],
    [
      'fer2013-csv',
      'fer2013.csv',
      line(3, '3,1 2 x 4,Training'),
      /line 3: the pixels are not a list of numbers/,
    ],
    [
      'fer2013-csv',
      'fer2013.csv',
      (text) => text.slice(0, -25),
      /fer2013\.csv (line 7|cannot be read: .*line)/,
    ],
    [
      'ck-plus',
      'Emotion/S001/001/S001_001_00000012_emotion.txt',
      () => '   9.0000000e+00\n',
      /emotion\.txt line 1: the label "9" is not one of 0 to 7/,
    ],
    [
      'ck-plus',
      'Emotion/S001/001/S001_001_00000012_emotion.txt',
      () => '',
      /emotion\.txt line 1: "" is not a whole number/,
    ],
    ['coco', 'annotations/instances.json', cut, /instances\.json line \d+: the file is truncated/],
    [
      'coco',
      'annotations/instances.json',
      (text) => text.replace('"category_id": 1', '"category_id": 77'),
      /instances\.json line \d+: an annotation names a category_id that is not/,
    ],
    [
      'coco',
      'annotations/instances.json',
      (text) => text.replace('"image_id": 0', '"image_id": "x"'),
      /line \d+: an annotation names an image_id that is not/,
    ],
    [
      'coco',
      'annotations/instances.json',
      (text) => text.replace('"id": 1,', '"id": 1'),
      /line \d+: it is not JSON/,
    ],
    [
      'label-studio',
      'project-1.json',
      (text) => text.replace('"choices": [', '"choices": [ 3, '),
      /project-1\.json line \d+: a result has no label/,
    ],
    ['label-studio', 'project-1.json', cut, /project-1\.json line \d+: the file is truncated/],
    [
      'cvat',
      'annotations.xml',
      (text) => text.replace('</image>', ''),
      /annotations\.xml line \d+: it is not XML \(unexpected close tag/,
    ],
    [
      'cvat',
      'annotations.xml',
      (text) => text.replace('xbr="30"', 'xbr="wide"'),
      /annotations\.xml line \d+: a box has no xtl/,
    ],
    [
      'fiftyone',
      'samples.json',
      (text) => text.replace('"filepath"', '"path"'),
      /samples\.json line \d+: a sample has no filepath/,
    ],
    [
      'hf-imagefolder',
      'test/metadata.jsonl',
      line(1, '{"file_name": "1 é.jpg", "label": '),
      /metadata\.jsonl line 1: it is not a JSON object/,
    ],
    [
      'hf-imagefolder',
      'test/metadata.jsonl',
      line(1, '{"label": "happy"}'),
      /metadata\.jsonl line 1: "file_name" is missing/,
    ],
    [
      'hf-imagefolder',
      'train/metadata.csv',
      line(2, ',happy,3'),
      /metadata\.csv line 2: "file_name" is empty/,
    ],
  ])('%s: %s', async (id, file, spoil, message) => {
    await expect(openTree(spoilt(id, file, spoil))).rejects.toMatchObject({
      code: 'table-invalid',
      message: expect.stringMatching(message),
    });
  });
});
