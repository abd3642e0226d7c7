import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { exportRequestSchema } from '../../../src/protocol/api.ts';
import {
  COLOURS,
  type ColourName,
  colourPng,
  makeColourDataset,
  SMALL_DATASET,
  TINY_MODELS,
} from '../../support/colourDataset.ts';
import { exportRows } from '../../support/exportRows.ts';
import { makeModelsWithInt8 } from '../../support/int8Model.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;

async function dataset(images: Record<string, ColourName> = SMALL_DATASET): Promise<string> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, images);
  return folder;
}

async function open(folder: string): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

async function scanned(folder: string): Promise<Workspace> {
  const workspace = await open(folder);
  const { finished } = await workspace.startScan(SETUP);
  expect((await finished).state).toBe('done');
  return workspace;
}

const flaggedImages = (workspace: Workspace) => {
  const { queueId, total } = workspace.queues.take({ filter: { show: 'flagged' } });
  return workspace.queues.snapshots.items(queueId, 0, total).map(({ image }) => image);
};

const sampleOf = (workspace: Workspace, image: string) => {
  const sample = workspace.opened.project.samples.byImage(image);
  if (sample === null) throw new Error(`${image} is not in the project`);
  return sample;
};

describe('a scan', () => {
  it('reports progress while it runs and once it is paused', async () => {
    const many = Array.from({ length: 300 }, (_, index) => [`happy/${index}.png`, 'happiness'] as const);
    const workspace = await open(await dataset(Object.fromEntries(many)));
    const told: number[] = [];
    workspace.on('change', () => told.push(workspace.counts().scanned));
    const stored = new Promise<void>((resolve) => {
      workspace.on('job', ({ kind, done }) => kind === 'scan' && done > 0 && resolve());
    });
    const { finished } = await workspace.startScan(SETUP);
    await stored;
    workspace.pauseScan();
    expect(told.length).toBeGreaterThan(0);
    const { samples } = workspace.opened.project;
    await expect.poll(() => told.at(-1)).toBe(samples.counts().read);
    expect(told.at(-1)).toBeGreaterThan(0);
    workspace.cancelScan();
    await finished;
  });

  it('runs int8 on request, says so, and stays with it', async () => {
    const folder = await dataset();
    const modelsFolder = temporaryFolder();
    makeModelsWithInt8(modelsFolder);
    const workspace = await open(folder);
    const scan = async (choice: object) => {
      const before = workspace.run?.id;
      const { finished } = await workspace.startScan({ modelsFolder, provider: 'cpu', ...choice });
      expect((await finished).state).toBe('done');
      return [workspace.run?.model.precision, workspace.run?.id !== before];
    };
    expect(await scan({})).toEqual(['fp32', true]);
    expect(await scan({ precision: 'int8' })).toEqual(['int8', true]);
    expect(await scan({})).toEqual(['int8', false]);
    expect(await scan({ rescan: true })).toEqual(['fp32', true]);
  });

  it('predicts unsure images twice, or as many views as requested, and continues as it began', async () => {
    const folder = await dataset();
    const workspace = await open(folder);
    const scan = async (choice: object) => {
      const before = workspace.run?.id;
      const { finished } = await workspace.startScan({ ...SETUP, ...choice });
      expect((await finished).state).toBe('done');
      expect(workspace.counts()).toMatchObject({ pending: 0 });
      return [workspace.run?.views, workspace.run?.id !== before];
    };
    expect(await scan({})).toEqual(['unsure', true]);
    expect(await scan({ views: 'one' })).toEqual(['one', true]);
    writeFileSync(join(folder, 'angry/new.png'), await colourPng('anger', 9));
    await workspace.close();
    const reopened = await open(folder);
    expect(reopened.counts()).toMatchObject({ pending: 1 });
    const { finished } = await reopened.startScan(SETUP);
    expect(reopened.job).toMatchObject({ done: 12, total: 13 });
    await finished;
    expect(reopened.run?.views).toBe('one');
    const again = await reopened.startScan({ ...SETUP, rescan: true });
    expect(reopened.job).toMatchObject({ done: 0, total: 13 });
    await again.finished;
    expect(reopened.run?.views).toBe('unsure');
  });

  it('flags the labels that are wrong, with GReFEL’s prediction, and why', async () => {
    const workspace = await scanned(await dataset());
    expect(flaggedImages(workspace).sort()).toEqual(['happy/wrong.png', 'sad/wrong.png']);
    const detail = workspace.detail(sampleOf(workspace, 'happy/wrong.png').id);
    expect(workspace.classNames[detail.prediction?.suggested ?? -1]).toBe('sad');
    expect(detail.prediction?.reason).toMatch(/^GReFEL sees sad .*, not happy /);
    expect(detail.prediction?.anchors).toHaveLength(5);
    expect(detail.prediction?.anchors[0]?.className).toBe('sad');
    expect(detail.prediction?.anchors[0]?.images[0]?.image).toMatch(/^sad\//);
    expect(detail).toMatchObject({ width: 48, height: 48, format: 'png' });
  });

  it('predicts classes that the model does not know by a tuned model fitted to the labels', async () => {
    const colours = Object.keys(COLOURS) as ColourName[];
    const images = Object.fromEntries(
      Array.from({ length: 32 }, (_, n) => {
        const colour = n % colours.length;
        return [`${colour < 4 || n === 5 ? 'grue' : 'bleen'}/${n}.png`, colours[colour] as ColourName];
      }),
    );
    const workspace = await scanned(await dataset(images));
    const { id } = sampleOf(workspace, 'bleen/6.png');
    const { tuned, scores, reason } = workspace.detail(id).prediction ?? {};
    expect(scores?.['wrong-label']).not.toBeNull();
    expect(reason).toMatch(/(bleen|grue) \(.*\).* closest reference face/);
    expect(tuned?.distribution.map(({ name }) => name)).toEqual(['bleen', 'grue']);
    expect(tuned?.share).toBe(1);
    expect(tuned?.anchors[0]?.className).toMatch(/bleen|grue/);
    expect(tuned?.anchors[0]?.images.length).toBeGreaterThan(0);
    const row = exportRows(workspace, exportRequestSchema.parse({})).find(
      ({ image }) => image === 'bleen/6.png',
    );
    expect(row).toMatchObject({ nearest_anchor_tuned: expect.stringMatching(/^(bleen|grue)#\d$/) });
  });

  it('keeps a row with its reason for a file that cannot be read', async () => {
    const folder = await dataset();
    writeFileSync(join(folder, 'happy/empty.png'), '');
    writeFileSync(join(folder, 'happy/page.jpg'), '<!doctype html><p>404');
    const workspace = await scanned(folder);
    expect(workspace.counts()).toMatchObject({ images: 14, scanned: 12, unreadable: 2 });
    expect(sampleOf(workspace, 'happy/empty.png').problem).toMatch(/empty/);
    expect(sampleOf(workspace, 'happy/page.jpg').problem).toMatch(/not an image/);
  });

  it('continues where it was cancelled', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [`happy/${n}.png`, 'happiness' as const]),
    );
    const workspace = await open(await dataset({ ...many, 'sad/1.png': 'sadness' }));
    const first = await workspace.startScan(SETUP);
    workspace.on('job', ({ done, state }) => {
      if (done > 0 && state === 'running') workspace.cancelScan();
    });
    expect((await first.finished).state).toBe('cancelled');
    const { scanned: done } = workspace.counts();
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(201);
    workspace.removeAllListeners('job');
    const second = await workspace.startScan(SETUP);
    expect(workspace.job?.done).toBe(done);
    expect((await second.finished).state).toBe('done');
    expect(workspace.counts()).toMatchObject({ scanned: 201, pending: 0 });
  });

  it('that is still starting when its dataset is closed says so, and the next one scans everything', async () => {
    const folder = await dataset();
    const workspace = await open(folder);
    const starting = workspace.startScan(SETUP);
    const outcome = expect(starting).rejects.toMatchObject({ code: 'interrupted' });
    await workspace.close();
    await outcome;
    expect((await scanned(folder)).counts()).toMatchObject({ scanned: 12, pending: 0 });
  });

  it('waits while it is paused, and verdicts are taken meanwhile', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 120 }, (_, n) => [`happy/${n}.png`, 'happiness' as const]),
    );
    const workspace = await open(await dataset(many));
    const { finished } = await workspace.startScan(SETUP);
    workspace.pauseScan();
    await expect.poll(() => workspace.job?.state).toBe('paused');
    workspace.decide({ sampleIds: [1], verdict: 'kept', label: null, note: '' });
    expect(workspace.counts().reviewed).toBe(1);
    workspace.resumeScan();
    expect((await finished).state).toBe('done');
    expect(workspace.counts()).toMatchObject({ scanned: 120, reviewed: 1 });
  });

  it('marks the images that the model was trained on', async () => {
    const folder = await dataset();
    const { readFileSync } = await import('node:fs');
    writeFileSync(join(folder, 'happy/known.png'), readFileSync(join(TINY_MODELS, 'tiny.training-0.png')));
    const workspace = await scanned(folder);
    const detail = workspace.detail(sampleOf(workspace, 'happy/known.png').id);
    expect(detail.prediction?.trainedOn).toBe('same-pixels');
    const { facets } = workspace.queues.take({});
    expect(facets.show['trained-on']).toBe(1);
    const marked = exportRows(workspace, exportRequestSchema.parse({})).filter(
      ({ trained_on }) => trained_on !== '',
    );
    expect(marked.map(({ image, trained_on }) => [image, trained_on])).toEqual([
      ['happy/known.png', 'same-pixels'],
    ]);
  });
});

describe('reopening a folder', () => {
  it('sees new, changed and vanished files, and keeps verdicts', async () => {
    const folder = await dataset();
    const before = await scanned(folder);
    before.decide({
      sampleIds: [sampleOf(before, 'happy/wrong.png').id],
      verdict: 'relabelled',
      label: 2,
      note: '',
    });
    before.decide({ sampleIds: [sampleOf(before, 'sad/3.png').id], verdict: 'kept', label: null, note: '' });
    await before.close();

    writeFileSync(join(folder, 'angry/new.png'), await colourPng('anger', 9));
    writeFileSync(join(folder, 'happy/wrong.png'), await colourPng('happiness', 3, 64));
    rmSync(join(folder, 'sad/3.png'));
    const after = await open(folder);
    expect(after.opened.changes).toMatchObject({ added: 1, changed: 1, vanished: 1, unchanged: 10 });
    expect(after.counts()).toMatchObject({ images: 12, pending: 2, vanished: 1 });
    expect(sampleOf(after, 'happy/wrong.png')).toMatchObject({
      state: 'pending',
      currentVerdict: 'relabelled',
    });
    expect(sampleOf(after, 'sad/3.png')).toMatchObject({ state: 'vanished', currentVerdict: 'kept' });

    const { finished } = await after.startScan(SETUP);
    await finished;
    expect(flaggedImages(after)).toEqual(['sad/wrong.png']);
  });

  it('does not predict a file again whose time and size are the same', async () => {
    const folder = await dataset();
    await (await scanned(folder)).close();
    const again = await open(folder);
    expect(again.counts().pending).toBe(0);
    utimesSync(join(folder, 'sad/1.png'), new Date(), new Date());
    await again.close();
    expect((await open(folder)).counts().pending).toBe(1);
  });

  it('that was moved keeps its project', async () => {
    const folder = await dataset();
    const before = await scanned(folder);
    before.decide({ sampleIds: [1], verdict: 'kept', label: null, note: '' });
    await before.close();
    const moved = join(folder, '..', 'moved');
    renameSync(folder, moved);
    const after = await open(moved);
    expect(after.opened.movedFrom).toBe(folder);
    expect(after.counts()).toMatchObject({ reviewed: 1, pending: 0, images: 12 });
  });

  it('is distinguished from another folder that uses the same project file', async () => {
    const folder = await dataset();
    const other = join(temporaryFolder(), 'other');
    await makeColourDataset(other, SMALL_DATASET);
    const projectFile = join(temporaryFolder(), 'shared.sqlite');
    const first = await Workspace.open(folder, 'ann', { projectFile });
    await first.close();
    await expect(Workspace.open(other, 'ann', { projectFile })).rejects.toThrow(/belongs to .*faces/);
    const relinked = await Workspace.open(other, 'ann', { projectFile, relink: true });
    expect(relinked.opened.changes.added).toBe(0);
    await relinked.close();
  });

  it('without images, or that is not there, says so', async () => {
    temporaryDataFolder();
    const empty = join(temporaryFolder(), 'empty');
    mkdirSync(empty);
    await expect(Workspace.open(empty, 'ann')).rejects.toThrow(/is empty/);
    await expect(Workspace.open(join(empty, 'nope'), 'ann')).rejects.toThrow(/does not exist/);
  });
});
