import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FramingChoice } from '../../../src/domain/framing/framing.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { colourPng, TINY_MODELS } from '../../support/colourDataset.ts';
import { giveReferenceFace, makeFacesToFrame } from '../../support/framedFaces.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

/** The tiny model with or without the mean face of its training images. */
function model(hasFace = true): string {
  const folder = temporaryFolder();
  for (const name of ['tiny.onnx', 'tiny.anchors.npy', 'tiny.training.csv.gz']) {
    copyFileSync(join(TINY_MODELS, name), join(folder, name));
  }
  const file = join(folder, 'tiny.onnx');
  if (hasFace) giveReferenceFace(file);
  return file;
}

async function open(scaleX: number): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeFacesToFrame(folder, { scaleX, scaleY: 1, shiftX: 0, shiftY: 0 });
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

async function scan(workspace: Workspace, file: string, framing?: FramingChoice) {
  const { finished } = await workspace.startScan({
    model: file,
    modelsFolder: TINY_MODELS,
    provider: 'cpu',
    views: 'one',
    withoutTunedModel: true,
    framing,
  });
  const { done = 0, total = 0 } = workspace.job ?? {};
  expect(await finished).toMatchObject({ state: 'done', error: null });
  return { read: total - done, framing: workspace.run?.framing ?? null };
}

const embeddingsOf = ({ opened: { project } }: Workspace) =>
  project.samples.readIds().map((id) => [...(project.predictions.embedding(id) ?? [])]);

describe('a scan of faces that are stretched', () => {
  it('frames them like the training images, and continues so', async () => {
    const workspace = await open(1.3);
    const file = model();
    const first = await scan(workspace, file);
    expect(first.read).toBe(44);
    expect(first.framing?.scaleX).toBeCloseTo(1.3, 1);
    expect(await scan(workspace, file)).toEqual({ ...first, read: 0 });
    expect(await scan(workspace, file, 'auto')).toEqual({ ...first, read: 0 });
  });

  it('leaves them as they are where asked to, remembers that, and frames them again', async () => {
    const workspace = await open(1.3);
    const file = model();
    expect(await scan(workspace, file, 'off')).toEqual({ read: 44, framing: null });
    const hashOf = () => workspace.opened.project.samples.perceptualHash(1);
    const [hash, asTheyAre] = [hashOf(), embeddingsOf(workspace)];
    expect(await scan(workspace, file)).toEqual({ read: 0, framing: null });
    const framed = await scan(workspace, file, 'auto');
    expect(framed.read).toBe(44);
    expect(framed.framing?.scaleX).toBeCloseTo(1.3, 1);
    expect(embeddingsOf(workspace)).not.toEqual(asTheyAre);
    expect(hashOf()).toBe(hash); // of the image without framing: duplicates stay duplicates
  });

  it('leaves them as they are for a model that says nothing of the faces it knows', async () => {
    const workspace = await open(1.3);
    expect(await scan(workspace, model(false))).toEqual({ read: 44, framing: null });
  });
});

describe('a scan of faces as the model knows them', () => {
  it('leaves them unchanged, even where some images cannot be read', async () => {
    const workspace = await open(1);
    writeFileSync(join(workspace.folder, 'sad/broken.png'), 'no picture');
    expect((await scan(workspace, model())).framing).toBeNull();
  });
});

it('a mean face that is none is refused with the model', async () => {
  const workspace = await open(1);
  const file = model();
  writeFileSync(file.replace('.onnx', '.face.npy'), await colourPng('neutral'));
  await expect(scan(workspace, file)).rejects.toMatchObject({
    code: 'model-invalid',
    message: expect.stringContaining('the mean face in `tiny.face.npy`'),
  });
});
