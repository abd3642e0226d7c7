import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Workspace } from '../../../src/main/workspace/index.ts';
import {
  type ColourName,
  colourPng,
  makeColourDataset,
  SMALL_DATASET,
  TINY_MODELS,
} from '../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

interface Dataset {
  images: Record<string, ColourName>;
  /** Of a table; without them the folders are the labels. */
  labels?: Record<string, string>;
}

async function scanned({ images, labels }: Dataset, models = TINY_MODELS): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  if (labels !== undefined) {
    const rows = Object.keys(images).map((image) => `${image},${labels[image] ?? ''}`);
    writeFileSync(join(folder, 'labels.csv'), ['image,label', ...rows, ''].join('\n'));
  }
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  const setup = { model: join(models, 'tiny.onnx'), modelsFolder: models, provider: 'cpu' } as const;
  const { finished } = await workspace.startScan(setup);
  expect(await finished).toMatchObject({ state: 'done', error: null });
  return workspace;
}

const shown = (workspace: Workspace, show: 'flagged' | 'unlabelled' | 'unreadable') => {
  const { queueId, total } = workspace.queues.take({ filter: { show } });
  return workspace.queues.snapshots.items(queueId, 0, total).map(({ image }) => image);
};
const detailOf = (workspace: Workspace, image: string) =>
  workspace.detail(workspace.opened.project.samples.byImage(image)?.id ?? 0);
const flat = (count: number, colour: ColourName, prefix: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${prefix}${n}.png`, colour]));

describe('a dataset with odd labels', () => {
  it('of far too many classes is refused, and says what to choose', async () => {
    temporaryDataFolder();
    const folder = join(temporaryFolder(), 'identities');
    const png = await colourPng('anger');
    for (let person = 0; person <= 1000; person++) {
      mkdirSync(join(folder, `n${person}`), { recursive: true });
      for (const name of ['a', 'b']) writeFileSync(join(folder, `n${person}`, `${name}.png`), png);
    }
    await expect(Workspace.open(folder, 'ann')).rejects.toMatchObject({
      message: 'more than 1000 classes are too many for labels of emotions',
      hint: 'Choose the column, or the level of folders, that holds the emotion.',
    });
  });

  it('of one class only has nothing flagged, and says why', async () => {
    const workspace = await scanned({
      images: { ...flat(6, 'happiness', 'happy/'), 'happy/sad.png': 'sadness' },
    });
    expect(shown(workspace, 'flagged')).toEqual([]);
    expect(detailOf(workspace, 'happy/sad.png').prediction).toMatchObject({
      tuned: null,
      reason: expect.stringMatching(/has no other class to compare with happy/),
    });
  });

  it('whose labels are all the same in a table has nothing flagged', async () => {
    const images = { ...flat(5, 'anger', 'images/a'), ...flat(5, 'sadness', 'images/s') };
    const labels = Object.fromEntries(Object.keys(images).map((image) => [image, 'anger']));
    const workspace = await scanned({ images, labels });
    expect(workspace.classNames).toEqual(['anger']);
    expect(shown(workspace, 'flagged')).toEqual([]);
    const { estimated, scored } = await workspace.overview.read();
    expect([estimated.estimate, scored]).toEqual([0, 10]);
  });

  it('with a class of a single image is still scored', async () => {
    const workspace = await scanned({ images: { ...SMALL_DATASET, 'fear/1.png': 'fear' } });
    expect(shown(workspace, 'flagged').sort()).toEqual(['happy/wrong.png', 'sad/wrong.png']);
    expect(detailOf(workspace, 'fear/1.png').prediction?.suggested).toBe(
      workspace.classNames.indexOf('fear'),
    );
  });

  it('with a class of a single image that no model knows leaves that image unscored', async () => {
    const workspace = await scanned({ images: { ...SMALL_DATASET, 'grue/1.png': 'disgust' } });
    expect(shown(workspace, 'flagged').sort()).toEqual(['happy/wrong.png', 'sad/wrong.png']);
    expect(detailOf(workspace, 'grue/1.png').prediction).toMatchObject({
      scores: { 'wrong-label': null },
      reason: expect.stringMatching(/^GReFEL has no class matching "grue"; it suggests /),
    });
  });

  it('in which some are missing has suggestions for those, and flags for the others', async () => {
    const images = { ...flat(6, 'anger', 'images/a'), ...flat(6, 'sadness', 'images/s') };
    const labels = Object.fromEntries(
      Object.entries(images)
        .filter(([image]) => image !== 'images/a1.png' && image !== 'images/s1.png')
        .map(([image, colour]) => [image, image === 'images/s2.png' ? 'anger' : colour]),
    );
    const workspace = await scanned({ images, labels });
    expect(shown(workspace, 'flagged')).toEqual(['images/s2.png']);
    expect(shown(workspace, 'unlabelled').sort()).toEqual(['images/a1.png', 'images/s1.png']);
    for (const [image, label] of [
      ['images/a1.png', 'anger'],
      ['images/s1.png', 'sadness'],
    ] as const) {
      expect(detailOf(workspace, image).prediction).toMatchObject({
        suggested: workspace.classNames.indexOf(label),
        scores: { 'wrong-label': null },
        reason: expect.stringMatching(new RegExp(`^No label is given; GReFEL suggests ${label} `)),
      });
    }
  });

  it('scanned by a model that gives no numbers has every image unreadable, each with the reason', async () => {
    const models = temporaryFolder();
    cpSync(TINY_MODELS, models, { recursive: true });
    const file = join(models, 'tiny.onnx');
    const bytes = readFileSync(file);
    const number = (value: number) => Buffer.from(Float32Array.of(value).buffer);
    // The pixels are divided by 255; divided by NaN, every value is NaN.
    for (let at = bytes.indexOf(number(255)); at >= 0; at = bytes.indexOf(number(255)))
      number(Number.NaN).copy(bytes, at);
    writeFileSync(file, bytes);
    const workspace = await scanned({ images: SMALL_DATASET }, models);
    expect(shown(workspace, 'flagged')).toEqual([]);
    expect(shown(workspace, 'unreadable')).toHaveLength(12);
    expect(detailOf(workspace, 'sad/1.png').problem).toMatch(/gave values that are not finite numbers/);
  });
});
