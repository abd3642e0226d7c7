import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { imageParquet } from '../../support/imageParquet.ts';
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

const PARQUET: Tree = {
  'data/train-00000-of-00001.parquet': imageParquet(
    [0n, 1n, 2n].map((label) => ({ bytes: Uint8Array.of(1, 2, 3), label })),
  ),
};

/** Numbers of each image: no pictures, no labels. */
function featureParquet(): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({ columnData: [{ name: 'feature', data: [0.5, 0.25, 0.125], type: 'DOUBLE' }] }),
  );
}

const DOCUMENTATION = join(import.meta.dirname, '../../../docs/datasets.md');
const KNOWN_WRONG_GUESSES: string[] = [];

/** Name of the folder, its layout, and its tree. */
const ZOO: [string, string, Tree][] = [
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
  ['AffectNet npy with a README', 'affectnet-npy', { ...tree('affectnet-npy'), 'README.md': '# AffectNet' }],
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
  ['Hugging Face Parquet', 'hf-parquet', PARQUET],
  [
    'Hugging Face Parquet with its card and the same images as class folders',
    'hf-parquet',
    { ...PARQUET, ...CLASSES, 'README.md': '---\ndataset_info:\n' },
  ],
  [
    'Hugging Face Parquet with a Parquet of features beside it',
    'hf-parquet',
    { ...PARQUET, 'features.parquet': featureParquet() },
  ],
  [
    'class folders with a Parquet of features',
    'class-folders',
    { ...CLASSES, 'features.parquet': featureParquet() },
  ],
  ['class folders with an empty JSON', 'class-folders', { ...CLASSES, 'notes.json': '' }],
  [
    'class folders with predictions of a model as CSV',
    'class-folders',
    {
      ...CLASSES,
      'predictions.csv': 'image,happy,sad,fear\nhappy/1.jpg,0.9,0.05,0.05\nsad/1.jpg,0.1,0.8,0.1\n',
    },
  ],
  [
    'class folders with masks beside them',
    'class-folders',
    { ...CLASSES, ...files('masks/happy/1.png', 'masks/sad/1.png', 'masks/fear/1.png') },
  ],
  [
    'class folders with thumbnails of the system',
    'class-folders',
    { ...CLASSES, ...files('happy/Thumbs.db', '.DS_Store', 'happy/.DS_Store', '__MACOSX/happy/._1.jpg') },
  ],
  [
    'two datasets in one folder: RAF-DB and FER+',
    'raf-db',
    { ...tree('raf-db', 'RAF-DB'), ...tree('fer-plus', 'FERPlus') },
  ],
  [
    'ExpW with a table of another task',
    'expw',
    { ...tree('expw'), 'pairs.csv': 'first,second,same\na,b,1\nc,d,0\n' },
  ],
  [
    'a table whose label column is called class and whose ids are numbers',
    'table',
    { ...IMAGES, 'list.tsv': 'id\tpath\tclass\n1\timages/a.jpg\t3\n2\timages/b.jpg\t0\n' },
  ],
  [
    'a table with a column of predicted labels before the given ones',
    'table',
    {
      ...IMAGES,
      'labels.csv': 'image,predicted,label\nimages/a.jpg,sad,happy\nimages/b.jpg,sad,sad\n',
    },
  ],
  [
    'a table beside JSON of another tool',
    'table',
    { ...IMAGES, 'labels.csv': TABLE, 'run.json': '{"images": 2, "categories": "none", "epochs": 3}' },
  ],
  [
    'COCO of boxes with captions beside it',
    'coco',
    {
      ...tree('coco'),
      'annotations/captions.json':
        '{"images": [], "annotations": [{"id": 1, "image_id": 0, "caption": "a face"}]}',
    },
  ],
  [
    'Label Studio beside the CSV that it also exports',
    'label-studio',
    {
      ...tree('label-studio'),
      'project-1.csv': 'id,annotator,image\n1,ann,/data/upload/x.jpg\n2,ann,/data/upload/y.jpg\n',
    },
  ],
  [
    'FiftyOne beside the CSV that it also exports',
    'fiftyone',
    {
      ...tree('fiftyone'),
      'labels.csv': 'filepath,confidence\n/elsewhere/0.jpg,0.5\n/elsewhere/1.jpg,0.25\n',
    },
  ],
  [
    'AffectNet npy with landmarks in more npy files',
    'affectnet-npy',
    {
      ...tree('affectnet-npy'),
      'train_set/annotations/1_lnd.npy': 'not an expression',
    },
  ],
  ['SFEW with its protocol files', 'sfew', { ...tree('sfew'), 'Train/Labels.txt': 'Angry 1\nHappy 2\n' }],
];

/** The folders that are recognised wrongly, in the words of docs/datasets.md. */
async function wrongGuesses(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, id, made] of ZOO) {
    const layout = await openTree(made).then(
      ({ recognition }) => recognition.layout,
      (error: Error) => error.message,
    );
    if (layout !== id) wrong.push(`${name}: taken for ${layout}, is ${id}`);
  }
  return wrong;
}

describe('mean folders', () => {
  it('are recognised as what they are, but for the wrong guesses that the documentation lists', async () => {
    expect(await wrongGuesses()).toEqual(KNOWN_WRONG_GUESSES);
  });

  it('are all named in the documentation, with how many guesses are wrong', () => {
    const documentation = readFileSync(DOCUMENTATION, 'utf8');
    expect(documentation).toContain(
      `${KNOWN_WRONG_GUESSES.length === 0 ? 'none' : KNOWN_WRONG_GUESSES.length} of ${ZOO.length}`,
    );
    for (const [name] of ZOO) expect(documentation).toContain(name);
    for (const guess of KNOWN_WRONG_GUESSES) expect(documentation).toContain(guess);
  });

  it('and say what else they could be', async () => {
    const { recognition, runnersUp } = await openTree({ ...tree('raf-db'), ...CLASSES });
    expect(recognition.reason).toContain('EmoLabel/list_patition_label.txt');
    expect(runnersUp.map(({ layout }) => layout)).toContain('class-folders');
  });
});
