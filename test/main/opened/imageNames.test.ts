import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openProject } from '../../../src/main/open/index.ts';
import { ImageNames } from '../../../src/main/opened/imageNames.ts';
import { applyDecisions } from '../../support/applyDecisions.ts';
import { makeTemporaryFolder, makeTree } from '../../support/datasetTree.ts';
import { temporaryDataFolder } from '../../support/temporaryFolder.ts';

const FACES = { 'happy/a 1.jpg': '1', 'happy/b.png': '2', 'sad/a 1.jpg': '3', 'sad/007.jpg': '4' };

async function opened(tree: Record<string, string> = FACES) {
  temporaryDataFolder();
  const folder = await makeTree(await makeTemporaryFolder(onTestFinished), tree);
  const projectFile = join(await makeTemporaryFolder(onTestFinished), 'project.sqlite');
  const { project } = await openProject(folder, { projectFile });
  onTestFinished(() => project.close());
  return { project, folder, names: new ImageNames(project, folder) };
}

it('finds images by names of another machine, and counts how', async () => {
  const { project, names, folder } = await opened();
  const found = (name: string) => {
    const id = names.find(name)?.id;
    return id === undefined ? null : project.samples.byId(id)?.image;
  };
  expect(found('happy/b.png')).toBe('happy/b.png');
  expect(found(`${folder}/sad/007.jpg`)).toBe('sad/007.jpg');
  expect(found('C:\\faces\\sad\\A 1.JPG')).toBe('sad/a 1.jpg');
  expect(found('https://host/x/happy/a%201.jpg')).toBe('happy/a 1.jpg');
  expect(found('a 1.jpg')).toBeNull();
  expect(names.candidatesOf('a 1.jpg').toSorted()).toEqual(['happy/a 1.jpg', 'sad/a 1.jpg']);
  expect(found('c.png')).toBeNull();
  expect(names.counts).toEqual({ end: 2, name: 0, stem: 0 });
  expect(new ImageNames(project, folder).find('7')?.id).toBe(project.samples.byImage('sad/007.jpg')?.id);
});

it('refuses two names that may mean one image', async () => {
  const { names } = await opened();
  names.find('/new/b.png');
  names.find('/new/b.png');
  expect(() => names.find('/old/b.png')).toThrow(
    '"/new/b.png" and "/old/b.png" may both mean the image happy/b.png',
  );
});

it('refuses decisions of which none is on an image of the dataset', async () => {
  const { project } = await opened();
  const decision = {
    annotator: 'ann',
    outcome: { kind: 'excluded' as const },
    decidedAt: '2026-01-01T00:00:00.000Z',
    line: 2,
  };
  expect(() => applyDecisions(project, [{ ...decision, image: 'other/9.jpg' }])).toThrow(
    'none of the 1 decisions is on an image of this dataset (the first is on "other/9.jpg")',
  );
  const applied = applyDecisions(project, [
    { ...decision, image: 'D:\\x\\happy\\b.png' },
    { ...decision, image: 'other/9.jpg' },
  ]);
  expect(applied).toMatchObject({ applied: 1, unknownImages: ['other/9.jpg'], matched: { end: 1 } });
});

it('refuses a table of which no image is there, and keeps what was imported before', async () => {
  const gone = { 'labels.csv': 'image,label\n/old/x.jpg,happy\n/old/y.jpg,sad\n', 'images/z.jpg': '1' };
  await expect(opened(gone)).rejects.toMatchObject({
    code: 'layout-unknown',
    message: expect.stringMatching(
      /none of the 2 images that the labels name were found in .*"\/old\/x\.jpg"/,
    ),
  });
});
