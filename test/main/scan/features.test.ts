import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FeatureChoice } from '../../../src/domain/features.ts';
import { FeatureReader } from '../../../src/main/features/index.ts';
import { featuresOfRun, summariseFeatures } from '../../../src/main/opened/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { colourPng, makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { makeFeaturesModel } from '../../support/featuresModel.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

async function dataset(): Promise<string> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return folder;
}

async function open(folder: string): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

/** @returns how many images were scanned */
async function scan(
  workspace: Workspace,
  features?: FeatureChoice,
  model = makeFeaturesModel(temporaryFolder()),
): Promise<number> {
  const { finished } = await workspace.startScan({
    model,
    modelsFolder: TINY_MODELS,
    provider: 'cpu',
    features,
  });
  const { done = 0, total = 0 } = workspace.job ?? {};
  expect(await finished).toMatchObject({ state: 'done', error: null });
  return total - done;
}

function summaryOf({ run, opened }: Workspace) {
  if (run === null) throw new Error('not scanned');
  return summariseFeatures(opened.project, run);
}

/** [images][F] in the form that the fit uses; null for an image without features. */
async function featuresIn({ run, opened: { project } }: Workspace): Promise<(number[] | null)[]> {
  const reading = run && featuresOfRun(run);
  const reader = reading && (await FeatureReader.open(project.features.path, reading));
  if (!reader) return [];
  const rows: (number[] | null)[] = [];
  for await (const { data, present } of reader.blocks(project.samples.readIds(), 5)) {
    for (const [row, is] of present.entries()) {
      rows.push(is === 1 ? [...data.subarray(row * reader.size, (row + 1) * reader.size)] : null);
    }
  }
  await reader.close();
  return rows;
}

describe('a scan with a model that gives features', () => {
  it('keeps those of every image beside its embedding', async () => {
    const workspace = await open(await dataset());
    expect(await scan(workspace)).toBe(12);
    expect(summaryOf(workspace)).toMatchObject({
      state: 'present',
      form: 'full',
      offered: true,
      present: 12,
      images: 12,
    });
    const { project } = workspace.opened;
    for (const [place, row] of (await featuresIn(workspace)).entries()) {
      const id = project.samples.readIds()[place] as number;
      expect(row?.slice(0, 64)).toEqual([...(project.predictions.embedding(id) ?? [])]);
      expect(row).toHaveLength(72);
    }
  });

  it('predicts only new images, and again those that have lost their features', async () => {
    const folder = await dataset();
    const workspace = await open(folder);
    await scan(workspace);
    const before = await featuresIn(workspace);
    expect(await scan(workspace)).toBe(0);
    writeFileSync(join(folder, 'angry/new.png'), await colourPng('anger', 9));
    await workspace.close();
    const reopened = await open(folder);
    expect(await scan(reopened)).toBe(1);
    const runId = reopened.run?.id;
    await reopened.close();
    rmSync(reopened.opened.project.features.path);
    const again = await open(folder);
    expect(summaryOf(again)).toMatchObject({ state: 'absent', present: 0, images: 13, bytes: 0 });
    expect(await scan(again)).toBe(13);
    expect(again.run?.id).toBe(runId); // the same run, continued
    expect(summaryOf(again).state).toBe('present');
    expect((await featuresIn(again)).filter((row) => row !== null)).toEqual(expect.arrayContaining(before));
  });

  it('deletes them where none are wanted, remembers that, and brings them back', async () => {
    const workspace = await open(await dataset());
    await scan(workspace);
    expect(await scan(workspace, 'off')).toBe(0);
    expect(existsSync(workspace.opened.project.features.path)).toBe(false);
    expect(await scan(workspace)).toBe(0);
    expect(summaryOf(workspace)).toMatchObject({ state: 'absent', form: 'off', offered: true });
    expect(await scan(workspace, 'full')).toBe(12);
    expect(summaryOf(workspace)).toMatchObject({ state: 'present', form: 'full' });
  });

  it('has none left of another model', async () => {
    const workspace = await open(await dataset());
    await scan(workspace);
    await scan(workspace, 'auto', join(TINY_MODELS, 'tiny.onnx'));
    expect(summaryOf(workspace)).toMatchObject({ state: 'absent', offered: false, bytes: 0 });
    expect(await featuresIn(workspace)).toEqual([]);
    expect(await scan(workspace)).toBe(12);
    expect(summaryOf(workspace).state).toBe('present');
  });
});
