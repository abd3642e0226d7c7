import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OpenOptions } from '../../../src/main/open/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { type ColourName, makeColourDataset, TINY_MODELS } from '../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;

/** Classes with names unknown to the model. */
const NUMBERED: Record<string, ColourName> = {
  '0/1.png': 'anger',
  '0/2.png': 'anger',
  '0/wrong.png': 'sadness',
  '1/1.png': 'sadness',
  '1/2.png': 'sadness',
};
const MEANING = { 0: 'anger', 1: 'sadness' };

async function dataset(images: Record<string, ColourName>): Promise<string> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  return folder;
}

async function open(folder: string, options: OpenOptions = {}): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann', options);
  onTestFinished(() => workspace.close());
  return workspace;
}

async function scan(workspace: Workspace): Promise<void> {
  const { finished } = await workspace.startScan(SETUP);
  await finished;
}

const flagged = (workspace: Workspace) => {
  const { queueId, total } = workspace.queues.take({ filter: { show: 'flagged' } });
  return workspace.queues.snapshots.items(queueId, 0, total).map(({ image }) => image);
};

describe('what a class of the dataset is to the model', () => {
  it('is said by the user before the scan, and makes flags', async () => {
    const workspace = await open(await dataset(NUMBERED), { classMapping: MEANING });
    await scan(workspace);
    expect(flagged(workspace)).toEqual(['0/wrong.png']);
  });

  it('can be changed after the scan: flags follow, verdicts stay, also after reopening', async () => {
    const folder = await dataset(NUMBERED);
    const workspace = await open(folder);
    await scan(workspace);
    expect(flagged(workspace)).toEqual([]);
    workspace.decide({ sampleIds: [1], verdict: 'kept', label: null, note: '' });
    await workspace.mapClasses(MEANING);
    expect(flagged(workspace)).toEqual(['0/wrong.png']);
    await workspace.mapClasses({ 0: 'sadness', 1: 'anger' });
    expect(flagged(workspace).sort()).toEqual(['0/1.png', '0/2.png', '1/1.png', '1/2.png']);
    await workspace.close();

    const reopened = await open(folder);
    expect(flagged(reopened)).toHaveLength(4);
    expect(reopened.sample(1).currentVerdict).toBe('kept');
    await reopened.mapClasses({ 0: null, 1: null });
    expect(flagged(reopened)).toEqual([]);
  });

  it('can be changed twice at once: one fit follows, by what was said last', async () => {
    const workspace = await open(await dataset(NUMBERED));
    await scan(workspace);
    const fits: string[] = [];
    let running = 0;
    workspace.on('job', ({ kind, state, done }) => {
      if (kind !== 'fit') return;
      if (state === 'running' && done === 0) running++;
      if (state !== 'running') running--;
      expect(running).toBeLessThan(2);
      fits.push(state);
    });
    for (let times = 0; times < 3; times++) {
      const others = [{ 0: 'fear' }, { 0: 'sadness', 1: 'anger' }].map((said) => workspace.mapClasses(said));
      await Promise.all([...others, workspace.mapClasses(MEANING)]);
      await workspace.fitLabels({});
      await workspace.fitLabels({});
    }
    expect(fits).not.toContain('failed');
    expect(fits.at(-1)).toBe('done');
    expect(flagged(workspace)).toEqual(['0/wrong.png']);
  });

  it('is passed over where another model has no such class', async () => {
    const workspace = await open(await dataset(NUMBERED), {
      classMapping: { ...MEANING, 0: 'awe', gone: 'fear' },
    });
    await scan(workspace);
    expect(workspace.translator?.knows(0)).toBe(false);
    expect(workspace.translator?.knows(1)).toBe(true);
  });
});

describe('a layout that the user chose', () => {
  it('is kept when the folder is opened again, until it is to be detected again', async () => {
    const folder = await dataset({ 'happy/1.png': 'happiness', 'sad/1.png': 'sadness' });
    const rows = ['file,emotion,second', 'happy/1.png,happy,glad', 'sad/1.png,sad,blue'];
    writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
    const classesOf = async (options: OpenOptions) => {
      const workspace = await open(folder, options);
      const { classes } = workspace.opened.project.dataset.read()?.recognition ?? {};
      await workspace.close();
      return classes?.map(({ name }) => name);
    };
    const layout = { layout: 'table', table: 'labels.csv', imageColumn: 'file', labelColumn: 'second' };
    expect(await classesOf({ layout })).toEqual(['blue', 'glad']);
    expect(await classesOf({})).toEqual(['blue', 'glad']);
    expect(await classesOf({ layout: {} })).toEqual(['happy', 'sad']);
  });
});
