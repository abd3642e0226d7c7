import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { COLOURS, colourPng, TINY_MODELS } from '../../support/colourDataset.ts';
import { makeTree } from '../../support/datasetTree.ts';
import { paint } from '../../support/imageFiles.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const SETUP = { model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS, provider: 'cpu' } as const;

async function scan(tree: Record<string, string | Uint8Array>): Promise<Workspace> {
  temporaryDataFolder();
  const folder = await makeTree(join(temporaryFolder(), 'faces'), tree);
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  await (await workspace.startScan(SETUP)).finished;
  return workspace;
}

const read = (workspace: Workspace) =>
  [...workspace.opened.project.samples.all()].map(({ image, state, width, height }) => [
    image,
    state,
    width,
    height,
  ]);

describe('pictures that are no files', () => {
  it('are scanned from the pixels of a table', async () => {
    const grey = Array(48 * 48)
      .fill(160)
      .join(' ');
    const rows = [`6,${grey},Training`, `3,${grey},Training`].join('\n');
    const workspace = await scan({ 'fer2013.csv': `emotion,pixels,Usage\n${rows}\n` });
    expect(read(workspace)).toEqual([
      ['fer2013.csv', 'read', 48, 48],
      ['fer2013.csv#2', 'read', 48, 48],
    ]);
    const flagged = workspace.queues.snapshots.items(workspace.queues.take({}).queueId, 0, 10);
    expect(flagged.map(({ image }) => image)).toEqual(['fer2013.csv#2']);
  });

  it('are the boxes of faces in one photograph, each with its own label', async () => {
    const [left, right] = [COLOURS.happiness, COLOURS.anger];
    const pixels = paint(80, 40, (x) => [...(x < 40 ? left : right)] as [number, number, number]);
    const photo = await Transformer.fromRgbaPixels(pixels, 80, 40).png();
    const workspace = await scan({
      'image/origin/two.png': photo,
      'image/origin/one.png': await colourPng('sadness'),
      'label/label.lst': 'two.png 0 0 0 40 40 50 3\ntwo.png 1 0 40 80 40 50 3\none.png 0 0 0 48 48 50 4\n',
    });
    expect(read(workspace)).toEqual([
      ['image/origin/two.png', 'read', 40, 40],
      ['image/origin/two.png#2', 'read', 40, 40],
      ['image/origin/one.png', 'read', 48, 48],
    ]);
    const flagged = workspace.queues.snapshots.items(workspace.queues.take({}).queueId, 0, 10);
    expect(flagged.map(({ image }) => image)).toEqual(['image/origin/two.png#2']);
    const second = workspace.opened.project.samples.byImage('image/origin/two.png#2');
    expect(workspace.opened.project.metadata.byId(second?.id ?? 0)).toEqual({
      face_id: '1',
      face_confidence: '50',
    });
  });

  it('are not imported at all where a row of them is damaged', async () => {
    temporaryDataFolder();
    const rows = 'one.png 0 0 0 48 48 50 4\none.png 0 0 0 48 48 50 9\n';
    const folder = await makeTree(join(temporaryFolder(), 'faces'), {
      'label/label.lst': rows,
      'image/origin/one.png': 'x',
    });
    await expect(Workspace.open(folder, 'ann')).rejects.toMatchObject({
      message: expect.stringMatching(/label\.lst line 2: the label "9" is not one of 0 to 6/),
    });
  });
});
