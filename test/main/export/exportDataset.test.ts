import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recogniseDataset } from '../../../src/main/dataset/index.ts';
import {
  exportChoices,
  exportDataset,
  voteTable,
  writeFolder,
  writeWhole,
} from '../../../src/main/export/index.ts';
import { decodeImage } from '../../../src/main/images/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { exportRequestSchema } from '../../../src/protocol/api.ts';
import { colourPng } from '../../support/colourDataset.ts';
import { makeTree } from '../../support/datasetTree.ts';
import type { Tree } from '../../support/roundTrip.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const CLASS_FOLDERS: Tree = {
  'train/happy/a é.jpg': '1',
  'train/happy/b,#.jpg': '2',
  'train/sad/c.jpg': '3',
  'test/sad/d.jpg': '4',
};
const LIST = 'a.jpg 0 0 0 48 24 50 3\na.jpg 1 0 24 48 48 50 4\nb.jpg 0 0 0 48 48 50 6\n';

async function open(tree: Tree): Promise<Workspace> {
  temporaryDataFolder();
  const folder = await makeTree(join(temporaryFolder(), 'faces'), tree);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

async function expW(): Promise<Workspace> {
  const images = {
    'image/origin/a.jpg': await colourPng('anger'),
    'image/origin/b.jpg': await colourPng('fear'),
  };
  return open({ ...images, 'label/label.lst': LIST });
}

function decide(workspace: Workspace, image: string, label: string | null): void {
  const sample = workspace.opened.project.samples.byImage(image);
  if (sample === null) throw new Error(`no ${image}`);
  const verdict = label === null ? 'excluded' : 'relabelled';
  const index = label === null ? null : workspace.classNames.indexOf(label);
  workspace.decide({ sampleIds: [sample.id], verdict, label: index, note: '' });
}

async function exported(workspace: Workspace, format: string, more: Record<string, string> = {}) {
  const request = exportRequestSchema.parse({ format, ...more });
  const out = join(temporaryFolder(), 'out');
  const options = { datasetFolder: workspace.folder, replace: false };
  const result = await exportDataset(workspace.exportSource, request);
  if (result.kind === 'file') await writeWhole(out, result.chunks, options);
  else await writeFolder(out, result.files, options);
  return { out, text: () => readFileSync(out, 'utf8'), files: () => filesBelow(out), result };
}

function filesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name.replaceAll('\\', '/'), readFileSync(join(folder, name), 'latin1')]),
  );
}

/** Labels by image, from reading a copy of the dataset that contains the exported file. */
async function readAgain(
  workspace: Workspace,
  name: string,
  text: string,
): Promise<Map<string, string | null>> {
  const copy = join(temporaryFolder(), 'copy');
  await cp(workspace.folder, copy, { recursive: true });
  writeFileSync(join(copy, name), text);
  const dataset = await recogniseDataset(copy);
  const samples = await Array.fromAsync(dataset.samples());
  return new Map(samples.map(({ image, givenLabel }) => [image, givenLabel]));
}

describe('the source’s own form', () => {
  it('is its file with one row changed and the excluded one gone', async () => {
    const workspace = await expW();
    decide(workspace, 'image/origin/a.jpg#2', 'surprise');
    decide(workspace, 'image/origin/b.jpg', null);
    expect((await exported(workspace, 'source')).text()).toBe(
      'a.jpg 0 0 0 48 24 50 3\na.jpg 1 0 24 48 48 50 5\n',
    );
    const kept = await exported(workspace, 'source', { excluded: 'keep' });
    expect(kept.text()).toBe(LIST.replace('48 48 50 4', '48 48 50 5'));
  });

  it('is the same tree with the images moved, or the list of those moves', async () => {
    const workspace = await open(CLASS_FOLDERS);
    decide(workspace, 'train/happy/b,#.jpg', 'sad');
    decide(workspace, 'test/sad/d.jpg', null);
    expect((await exported(workspace, 'source')).files()).toEqual({
      'train/happy/a é.jpg': '1',
      'train/sad/b,#.jpg': '2',
      'train/sad/c.jpg': '3',
    });
    expect((await exported(workspace, 'moves')).text()).toBe(
      'from,to\r\n"train/happy/b,#.jpg","train/sad/b,#.jpg"\r\n',
    );
  });

  it('is never written into the dataset, nor over something else', async () => {
    const workspace = await open(CLASS_FOLDERS);
    const { result } = await exported(workspace, 'source');
    if (result.kind !== 'folder') throw new Error('a tree is a folder');
    const options = { datasetFolder: workspace.folder, replace: true };
    await expect(writeFolder(join(workspace.folder, 'new'), result.files, options)).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
    await expect(writeFolder(workspace.folder, result.files, options)).rejects.toThrow(
      /in the dataset, which is never changed/,
    );
    const full = temporaryFolder();
    writeFileSync(join(full, 'x'), '');
    await expect(writeFolder(full, result.files, options)).rejects.toThrow(/not empty/);
    expect(filesBelow(workspace.folder)).toEqual(CLASS_FOLDERS);
  });

  it('leaves nothing behind where it fails half-way', async () => {
    const folder = temporaryFolder();
    async function* files() {
      yield { path: 'a/b.txt', content: { copyOf: join(folder, 'gone') } };
    }
    const options = { datasetFolder: '/elsewhere', replace: false };
    await expect(writeFolder(join(folder, 'out'), files(), options)).rejects.toThrow(/could not be written/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a list of moves where labels are kept in a file, and says so beforehand', async () => {
    const workspace = await expW();
    await expect(exported(workspace, 'moves')).rejects.toThrow('ExpW keeps its labels in files');
    const refusals = exportChoices(workspace.exportSource).filter(({ refusal }) => refusal !== null);
    expect(refusals.map(({ id }) => id)).toEqual(['moves']);
  });
});

describe('a new tree of class folders', () => {
  it('holds crops of the faces by split and clean label', async () => {
    const workspace = await expW();
    decide(workspace, 'image/origin/a.jpg#2', 'happiness');
    const { out, files } = await exported(workspace, 'tree');
    expect(Object.keys(files())).toEqual(['happiness/a-2.png', 'happiness/a.png', 'neutral/b.png']);
    const crop = await decodeImage(readFileSync(join(out, 'happiness/a.png')));
    expect([crop.width, crop.height]).toEqual([48, 24]);
  });

  it('can be hard links', async () => {
    const workspace = await open(CLASS_FOLDERS);
    const request = exportRequestSchema.parse({ format: 'tree' });
    const result = await exportDataset(workspace.exportSource, request);
    if (result.kind !== 'folder') throw new Error('a tree is a folder');
    const out = join(temporaryFolder(), 'out');
    const options = { datasetFolder: workspace.folder, replace: false, hardLinks: true };
    expect(await writeFolder(out, result.files, options)).toBe(4);
    expect(statSync(join(out, 'train/sad/c.jpg')).ino).toBe(
      statSync(join(workspace.folder, 'train/sad/c.jpg')).ino,
    );
  });
});

describe('another tool’s form', () => {
  it.each([
    ['imagefolder', 'metadata.jsonl'],
    ['fiftyone', 'samples.json'],
    ['label-studio', 'project.json'],
  ])('%s is read back with the clean labels', async (format, name) => {
    const workspace = await open(CLASS_FOLDERS);
    decide(workspace, 'train/happy/a é.jpg', 'sad');
    const { text } = await exported(workspace, format);
    expect(await readAgain(workspace, name, text())).toEqual(
      new Map([
        ['train/happy/a é.jpg', 'sad'],
        ['train/happy/b,#.jpg', 'happy'],
        ['train/sad/c.jpg', 'sad'],
        ['test/sad/d.jpg', 'sad'],
      ]),
    );
  });

  it('FER+ votes are the annotators’ own, and ten for the label of an image that nobody reviewed', async () => {
    const workspace = await open(CLASS_FOLDERS);
    decide(workspace, 'train/happy/a é.jpg', 'sad');
    decide(workspace, 'test/sad/d.jpg', null);
    const rows = (await exported(workspace, 'fer-plus')).text().trim().split('\n');
    expect(rows[0]).toBe(
      'Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF',
    );
    expect(rows).toContain('train,train/happy/a é.jpg,0,0,0,1,0,0,0,0,0,0');
    expect(rows).toContain('test,test/sad/d.jpg,0,0,0,0,0,0,0,0,0,1');
    expect(rows).toContain('train,train/sad/c.jpg,0,0,0,10,0,0,0,0,0,0');
  });

  it('FER+ votes follow what the user says of the classes', async () => {
    const workspace = await open({ 'train/1/a.jpg': '1', 'train/2/b.jpg': '2', 'train/9/c.jpg': '3' });
    await workspace.mapClasses({ 1: 'surprise', 2: 'fear', 9: null });
    decide(workspace, 'train/2/b.jpg', '1');
    const text = (await exported(workspace, 'fer-plus')).text();
    const [, ...rows] = text.trim().split('\n');
    expect(rows).toEqual([
      'train,train/1/a.jpg,0,0,10,0,0,0,0,0,0,0',
      'train,train/2/b.jpg,0,0,1,0,0,0,0,0,0,0',
      'train,train/9/c.jpg,0,0,0,0,0,0,0,0,10,0',
    ]);
    const { project } = workspace.opened;
    project.settings.write('class-mapping', { 1: 'surprise', 2: 'fear', 9: 'anger' });
    const votes = (await Array.fromAsync(voteTable(workspace.exportSource))).join('');
    expect(votes).toContain('\r\ntrain,train/2/b.jpg,0,0,1,0,0,0,0,0,0,0\r\n');
  });

  it('names, classes and annotators that a spreadsheet would run are guarded, file names are not', async () => {
    const workspace = await open({ '=a/+1.jpg': '1', '@b/2.jpg': '2' });
    workspace.annotator = '=SUM(A1)';
    decide(workspace, '=a/+1.jpg', '@b');
    const [first] = parse((await exported(workspace, 'csv')).text(), { columns: true }) as Record<
      string,
      string
    >[];
    expect(first).toMatchObject({
      image: '=a/+1.jpg',
      label_given: "'=a",
      label_clean: "'@b",
      annotator: "'=SUM(A1)",
      votes: '%3dSUM(A1)=@b',
      label_soft: "'@b=1.0000",
    });
  });

  it('JSON Lines and the cleaned CSV bring the source’s own columns along', async () => {
    const workspace = await open({
      'labels.csv': 'image,label,age,note\na.jpg,happy,31,=1+1\nb.jpg,sad,-4,\n',
      'a.jpg': '1',
      'b.jpg': '2',
    });
    const [header, first, second] = (await exported(workspace, 'csv')).text().split('\r\n');
    expect(header?.split(',').slice(-2)).toEqual(['meta_age', 'meta_note']);
    expect(first?.split(',').slice(-2)).toEqual(['31', "'=1+1"]);
    expect(second?.split(',').slice(-2)).toEqual(['-4', '']);
    const lines = (await exported(workspace, 'jsonl')).text().trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      image: 'a.jpg',
      label_clean: 'happy',
      annotator: null,
      metadata: { age: '31', note: '=1+1' },
    });
  });

  it('is refused where the pictures are rows of a table', async () => {
    const pixels = Array(9).fill(1).join(' ');
    const workspace = await open({ 'fer2013.csv': `emotion,pixels,Usage\n3,${pixels},Training\n` });
    await expect(exported(workspace, 'fiftyone')).rejects.toThrow(
      'The images of FER2013 (CSV of pixels) are in a table',
    );
    const { files } = await exported(workspace, 'tree');
    expect(Object.keys(files())).toEqual(['Training/happiness/fer2013.png']);
    expect(existsSync(join(workspace.folder, 'Training'))).toBe(false);
  });
});
