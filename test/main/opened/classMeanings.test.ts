import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modelMetadataSchema } from '../../../src/domain/model.ts';
import { LabelTranslator } from '../../../src/main/issues/index.ts';
import { type OpenOptions, openProject } from '../../../src/main/open/index.ts';
import {
  readClassTitles,
  readMeanings,
  readMisspelt,
  readNumbering,
  storeNumbering,
} from '../../../src/main/opened/classMeanings.ts';
import { makeTemporaryFolder, makeTree } from '../../support/datasetTree.ts';
import { rafKaggleTree } from '../../support/numberedTrees.ts';
import type { Tree } from '../../support/roundTrip.ts';
import { temporaryDataFolder } from '../../support/temporaryFolder.ts';

async function opened(tree: Tree, options: OpenOptions = {}) {
  temporaryDataFolder();
  const folder = await makeTree(await makeTemporaryFolder(onTestFinished), tree);
  const projectFile = join(await makeTemporaryFolder(onTestFinished), 'project.sqlite');
  const { project } = await openProject(folder, { projectFile, ...options });
  onTestFinished(() => project.close());
  return { project, folder, projectFile };
}

const RAF_SHARES = [5, 1, 3, 19, 8, 3, 10];
const RAF_TITLES = 'surprise fear disgust happiness sadness anger neutral'
  .split(' ')
  .map((emotion, index) => `${emotion} (${index + 1})`);
const EIGHT_EVEN: Tree = Object.fromEntries(
  Array.from({ length: 16 }, (_, index) => [`faces/${index % 8}/${index}.jpg`, 'x']),
);

describe('classes that are numbers', () => {
  it('are read as RAF-DB’s where its names and counts are there, in both parts', async () => {
    const { project } = await opened(rafKaggleTree(RAF_SHARES));
    expect(readNumbering(project)?.id).toBe('raf-db');
    expect(readClassTitles(project)).toEqual(RAF_TITLES);
    expect(project.dataset.read()?.recognition).toMatchObject({
      images: 49 + 15,
      splits: [
        { name: 'test', count: 15 },
        { name: 'train', count: 49 },
      ],
    });
    expect(project.dataset.classes()).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  it('are left alone where nothing but the numbers fits, or the user says so', async () => {
    const even = await opened(EIGHT_EVEN);
    expect(readNumbering(even.project)).toBeNull();
    expect(readClassTitles(even.project)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
    expect(even.project.dataset.read()?.recognition.numberings.map(({ id }) => id)).toContain('affectnet');
    const said = await opened(EIGHT_EVEN, { numbering: 'affectnet' });
    expect(readClassTitles(said.project)[7]).toBe('contempt (7)');
    const declined = await opened(rafKaggleTree(RAF_SHARES), { numbering: 'none' });
    expect(readClassTitles(declined.project)).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(storeNumbering(declined.project, undefined)).toBe(false);
  });

  it('keep their numbering when the dataset changes, and what the user says of one class before it', async () => {
    const { project } = await opened(rafKaggleTree(RAF_SHARES));
    project.settings.write('class-mapping', { 3: 'anger', 5: null });
    expect(readMeanings(project)).toMatchObject({ 1: 'surprise', 3: 'anger', 5: null });
    expect(readClassTitles(project).slice(2, 5)).toEqual(['anger (3)', 'happiness (4)', '5']);
    expect(storeNumbering(project, undefined)).toBe(false);
    expect(readNumbering(project)?.id).toBe('raf-db');
  });
});

describe('a class on few images that is a slip away from another', () => {
  const model = modelMetadataSchema.parse({
    contract: 1,
    name: 'm',
    version: '1',
    classes: ['anger', 'happiness', 'surprise'].map((name) => ({ name })),
    embeddingSize: 4,
    anchorsPerClass: 0,
    delta: 1,
    inputSize: 112,
  });
  const tree: Tree = {};
  const rows = ['image,label'];
  for (let index = 0; index < 184; index++) {
    const label = index < 4 ? 'suprise' : index < 64 ? 'surprise' : 'happy';
    tree[`im/${index}.jpg`] = 'x';
    rows.push(`im/${index}.jpg,${label}`);
  }

  it('is flagged with the class that was meant, or with what the image shows', async () => {
    const { project } = await opened({ ...tree, 'labels.csv': rows.join('\n') });
    expect([...readMisspelt(project)]).toEqual([['suprise', 'surprise']]);
    const names = project.dataset.classes();
    const [slip, meant, happy] = ['suprise', 'surprise', 'happy'].map((name) => names.indexOf(name)) as [
      number,
      number,
      number,
    ];
    const translator = new LabelTranslator(names, model, readMeanings(project), readMisspelt(project));
    expect(translator.knows(slip)).toBe(true);
    expect(translator.firstSynonym(slip)).toBe(meant);
    const flag = (corrected: number[]) =>
      translator.flag(1, { corrected: Float32Array.from(corrected), attentive: null }, slip, null);
    expect(flag([0.01, 0.01, 0.98])).toMatchObject({ suggestedClass: meant, alternativeClass: meant });
    expect(flag([0.01, 0.01, 0.98]).scores['wrong-label']).toBeGreaterThanOrEqual(0.95);
    expect(flag([0.01, 0.98, 0.01])).toMatchObject({ suggestedClass: happy });
    expect(
      translator.flag(1, { corrected: Float32Array.from([0, 0, 1]), attentive: null }, meant, null),
    ).not.toMatchObject({
      suggestedClass: slip,
    });
    const prediction = { corrected: [0.01, 0.01, 0.98], anchors: [] };
    expect(translator.explain(flag([0.01, 0.01, 0.98]), prediction, slip, 0.5)).toBe(
      'suprise is likely a misspelling of surprise.',
    );
  });

  it('is a class of its own where the user says what it is', async () => {
    const { project } = await opened({ ...tree, 'labels.csv': rows.join('\n') });
    project.settings.write('class-mapping', { suprise: 'surprise' });
    expect(readMisspelt(project).size).toBe(0);
  });
});
