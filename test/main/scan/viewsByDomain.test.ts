import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ViewsChoice } from '../../../src/domain/model.ts';
import { projectSummary } from '../../../src/main/api/projectSummary.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { colourPng, TINY_MODELS } from '../../support/colourDataset.ts';
import { FEATURE_NODES, makeFeaturesModel } from '../../support/featuresModel.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const FEATURES = FEATURE_NODES.plain.size;

/** A model whose features had this mean over its training images. */
function modelTrainedAt(mean: number): string {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (2, ${FEATURES}), }`.padEnd(117);
  const start = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1');
  const rows = [...new Array<number>(FEATURES).fill(mean), ...new Array<number>(FEATURES).fill(10)];
  const bytes = Buffer.concat([start, Buffer.from(Float32Array.from(rows).buffer)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const statistics = { featureStatistics: { file: 'tiny.features.npy', sha256 } };
  const file = makeFeaturesModel(temporaryFolder(), { metadata: statistics });
  writeFileSync(join(dirname(file), 'tiny.features.npy'), bytes);
  return file;
}

const NEAR = 0;
const FAR = 1000;

async function datasetOf(images: number): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  const pictures = await Promise.all(Array.from({ length: 8 }, (_, shade) => colourPng('happiness', shade)));
  mkdirSync(join(folder, 'happy'), { recursive: true });
  for (let image = 0; image < images; image++) {
    writeFileSync(join(folder, 'happy', `${image}.png`), pictures[image % 8] as Buffer);
  }
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

/** The views that a scan chooses, and whether it says that the faces are why; it is stopped once it runs. */
async function viewsOf(workspace: Workspace, model: string, views: ViewsChoice = 'auto') {
  const { finished } = await workspace.startScan({
    model,
    modelsFolder: TINY_MODELS,
    provider: 'cpu',
    views,
    withoutTunedModel: true,
  });
  workspace.cancelScan();
  await finished;
  const { views: used, oneViewByDomain } = projectSummary(workspace).model ?? {};
  return [used, oneViewByDomain];
}

it('predicts many faces unlike the training images in one view, says why, and continues so', async () => {
  const workspace = await datasetOf(1000);
  const model = modelTrainedAt(FAR);
  expect(await viewsOf(workspace, model)).toEqual(['one', true]);
  const run = workspace.run?.id;
  expect(await viewsOf(workspace, model)).toEqual(['one', true]);
  expect(workspace.run?.id).toBe(run);
  expect(await viewsOf(workspace, model, 'unsure')).toEqual(['unsure', false]);
  expect(await viewsOf(workspace, model, 'one')).toEqual(['one', false]);
});

it('checks unsure faces like the training images twice', async () => {
  expect(await viewsOf(await datasetOf(1000), modelTrainedAt(NEAR))).toEqual(['unsure', false]);
});

it('checks unsure faces twice where there are few, or where the model does not say which faces it knows', async () => {
  expect(await viewsOf(await datasetOf(20), modelTrainedAt(FAR))).toEqual(['unsure', false]);
  expect(await viewsOf(await datasetOf(1000), makeFeaturesModel(temporaryFolder()))).toEqual([
    'unsure',
    false,
  ]);
});
