import { describe, expect, it } from 'vitest';
import { layoutTrees, type TreeItem } from '../../support/layoutTrees.ts';
import { openTree, type Tree } from '../../support/roundTrip.ts';

const files = (...paths: string[]): Tree => Object.fromEntries(paths.map((path) => [path, path]));

function tree(id: string, folder = ''): Tree {
  const layout = layoutTrees[id];
  if (layout === undefined) throw new Error(`no tree for ${id}`);
  const labels = layout.labels.filter((label) => label !== null);
  const items = Array.from(
    { length: 8 },
    (_, number): TreeItem => ({ number, label: labels[number % labels.length] ?? '' }),
  );
  return layout.make(items, { folder, lineEnd: '\n', finalEnd: true }).tree;
}

const CLASSES = files('happy/1.jpg', 'sad/1.jpg', 'fear/1.jpg');
const TABLE = 'image,label\nimages/a.jpg,happy\nimages/b.jpg,sad\n';
const IMAGES = files('images/a.jpg', 'images/b.jpg');

describe('mean folders are recognised as what they are', () => {
  it.each<[string, string, Tree]>([
    ['RAF-DB with extra class folders', 'raf-db', { ...tree('raf-db'), ...CLASSES }],
    ['RAF-DB in two wrappers', 'raf-db', tree('raf-db', 'archive/RAF-DB basic')],
    [
      'RAF-DB with a note that looks like a list',
      'raf-db',
      { ...tree('raf-db'), 'notes.txt': 'a.jpg 1\nb.jpg 2\n' },
    ],
    [
      'RAF-DB with a cleaned CSV of ours beside it',
      'raf-db',
      { ...tree('raf-db'), 'cleaned.csv': 'image,label_clean,status\nx,y,kept\n' },
    ],
    [
      'AffectNet CSV with the images of a class tree',
      'affectnet-csv',
      { ...tree('affectnet-csv'), ...CLASSES },
    ],
    [
      'AffectNet npy with a README',
      'affectnet-npy',
      { ...tree('affectnet-npy'), 'README.md': '# AffectNet' },
    ],
    ['FER+ with FER2013 PNGs and an issue template', 'fer-plus', { ...tree('fer-plus'), LICENSE: 'MIT' }],
    [
      'FER2013 CSV with a sample submission',
      'fer2013-csv',
      { ...tree('fer2013-csv'), 'submission.csv': 'id,emotion\n1,0\n' },
    ],
    ['FER2013 CSV in a folder', 'fer2013-csv', tree('fer2013-csv', 'challenges/fer2013')],
    [
      'Aff-Wild2 with the other challenges',
      'aff-wild2',
      { ...tree('aff-wild2'), 'VA_Estimation_Challenge/Train_Set/clip 1.txt': 'valence,arousal\n0.1,0.2\n' },
    ],
    [
      'JAFFE with its README',
      'jaffe',
      { ...tree('jaffe'), README: 'The Japanese Female Facial Expression database' },
    ],
    ['JAFFE in a folder', 'jaffe', tree('jaffe', 'jaffedbase')],
    ['FERG-DB', 'ferg-db', tree('ferg-db')],
    [
      'CK+ with landmarks',
      'ck-plus',
      { ...tree('ck-plus'), 'Landmarks/S001/001/S001_001_00000001_landmarks.txt': '1 2\n' },
    ],
    ['CK+48 in a folder of its name', 'ck-plus-48', tree('ck-plus-48', 'CK+48')],
    ['ExpW with a read-me', 'expw', { ...tree('expw'), 'readme.txt': 'ExpW' }],
    ['SFEW', 'sfew', tree('sfew', 'SFEW_2')],
    ['Hugging Face imagefolder', 'hf-imagefolder', tree('hf-imagefolder')],
    [
      'Hugging Face imagefolder within class folders',
      'hf-imagefolder',
      {
        'train/happy/1.jpg': 'x',
        'train/sad/2.jpg': 'x',
        'train/metadata.csv': 'file_name,label\nhappy/1.jpg,sad\nsad/2.jpg,sad\n',
      },
    ],
    ['COCO with a package.json', 'coco', { ...tree('coco'), 'package.json': '{"name": "x"}' }],
    ['COCO beside the same images as class folders', 'coco', { ...tree('coco'), ...CLASSES }],
    [
      'Label Studio with its config',
      'label-studio',
      { ...tree('label-studio'), 'config.json': '{"title": "faces"}' },
    ],
    ['CVAT with another XML', 'cvat', { ...tree('cvat'), 'about.xml': '<about/>' }],
    [
      'FiftyOne with its metadata',
      'fiftyone',
      { ...tree('fiftyone'), 'metadata.json': '{"media_type": "image"}' },
    ],
    ['class folders', 'class-folders', CLASSES],
    [
      'class folders with splits',
      'class-folders',
      files('train/happy/1.jpg', 'train/sad/1.jpg', 'test/happy/2.jpg', 'test/sad/3.jpg'),
    ],
    [
      'class folders with an unrelated CSV',
      'class-folders',
      { ...CLASSES, 'results.csv': 'epoch,loss\n1,0.5\n2,0.4\n' },
    ],
    [
      'class folders with an unrelated JSON',
      'class-folders',
      { ...CLASSES, 'classes.json': '{"happy": 0, "sad": 1}' },
    ],
    [
      'class folders of a YOLO tree with a data.yaml',
      'class-folders',
      {
        ...files('train/happy/1.jpg', 'train/sad/1.jpg', 'val/happy/1.jpg'),
        'data.yaml': 'names: [happy, sad]',
      },
    ],
    [
      'class folders numbered by hand',
      'class-folders',
      files('0_neutral/1.jpg', '1_happy/1.jpg', '2_sad/1.jpg'),
    ],
    [
      'class folders with one image called as JAFFE calls them',
      'class-folders',
      { ...CLASSES, 'happy/KA.HA1.29.tiff': 'x' },
    ],
    [
      'class folders called as FERG-DB’s without its characters',
      'class-folders',
      files('aia_joy/1.png', 'aia_anger/1.png'),
    ],
    ['class folders in other words', 'class-folders', files('feliz/1.jpg', 'triste/1.jpg', 'enojo/1.jpg')],
    [
      'class folders with a metadata.csv of no labels',
      'class-folders',
      { ...CLASSES, 'metadata.csv': 'file_name,camera\nhappy/1.jpg,Canon\n' },
    ],
    ['a table', 'table', { ...IMAGES, 'labels.csv': TABLE }],
    [
      'a table with three path-like columns',
      'table',
      {
        ...IMAGES,
        'labels.csv':
          'thumb,mask,image,label\nt/a.png,m/a.png,images/a.jpg,happy\nt/b.png,m/b.png,images/b.jpg,sad\n',
      },
    ],
    [
      'a table over class folders',
      'table',
      { ...CLASSES, 'labels.csv': 'path,expression\nhappy/1.jpg,sad\nsad/1.jpg,sad\nfear/1.jpg,fear\n' },
    ],
    [
      'a table in Windows’ spelling',
      'table',
      { ...IMAGES, 'labels.csv': 'image;label\r\nimages\\a.jpg;happy\r\nimages\\b.jpg;sad\r\n' },
    ],
    [
      'a table with the columns of AffectNet’s later files',
      'table',
      { ...IMAGES, 'training.csv': 'subDirectory_filePath,expression\nimages/a.jpg,1\nimages/b.jpg,2\n' },
    ],
    [
      'a table called label.csv beside an empty label folder',
      'table',
      { ...IMAGES, label: null, 'label.csv': TABLE },
    ],
  ])('%s', async (_, id, made) => {
    const { recognition } = await openTree(made);
    expect(recognition.layout).toBe(id);
  });

  it('and say what else they could be', async () => {
    const { recognition, runnersUp } = await openTree({ ...tree('raf-db'), ...CLASSES });
    expect(recognition.reason).toContain('EmoLabel/list_patition_label.txt');
    expect(runnersUp.map(({ layout }) => layout)).toContain('class-folders');
  });
});
