import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommand } from '../../../src/main/hosts/cli/program.ts';
import { summariseFeatures } from '../../../src/main/opened/index.ts';
import type { ModelRun } from '../../../src/main/project/index.ts';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

// Processes are started, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

/** Trained on these very pictures: models/train/tests/write_own_fixture.py. */
const TRAINED = join(import.meta.dirname, '../../fixtures/ownTraining');
const OUT_OF_FOLD = join(TRAINED, 'out-of-fold');
const SCAN = { provider: 'cpu', views: 'one', framing: 'off', withoutTunedModel: true } as const;

async function dataset(): Promise<string> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  return folder;
}

async function opened(folder: string): Promise<Workspace> {
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

const idOf = ({ opened: { project } }: Workspace, image: string) => project.samples.byImage(image)?.id ?? 0;

describe('out-of-fold predictions of own training', () => {
  it('are imported as a full run of GReFEL: corrected, primary, confidences, anchors, embedding and features', async () => {
    const workspace = await opened(await dataset());
    const { report, finished } = await workspace.importPredictions(
      OUT_OF_FOLD,
      {},
      { withoutTunedModel: true },
    );
    await finished;
    expect(report).toMatchObject({ model: 'own, out of fold', images: 12, withoutRow: 0, unknownLabels: [] });
    expect(report.scan).toEqual({ views: 'one', modelIsHere: false, outOfFold: true });

    const { project } = workspace.opened;
    const run = workspace.run as ModelRun;
    expect(run.model).toMatchObject({ anchorsPerClass: 10, embeddingSize: 192, featuresSize: 48 });
    for (const id of project.samples.readIds()) {
      const prediction = project.predictions.byId(id, run.model);
      for (const distribution of [prediction?.primary, prediction?.corrected])
        expect(distribution?.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 3);
      expect(prediction?.anchors).toHaveLength(5);
      expect(prediction?.anchors[0]?.distance).toBeLessThanOrEqual(prediction?.anchors[4]?.distance ?? 0);
      expect(prediction?.confidencePrimary).toBeGreaterThan(0);
      expect(prediction?.confidenceCorrected).not.toBe(prediction?.confidencePrimary);
      expect(project.embeddings.byId(id, 192)?.embedding).toHaveLength(192);
    }
    expect(summariseFeatures(project, run)).toMatchObject({ images: 12 });

    const detail = workspace.detail(idOf(workspace, 'happy/wrong.png'));
    expect(detail.prediction).toMatchObject({ trainedOn: null });
    expect(workspace.classNames[detail.prediction?.suggested ?? -1]).toBe('sad');
    const { queueId, total } = workspace.queues.take({ filter: { show: 'flagged' } });
    const flagged = workspace.queues.snapshots.items(queueId, 0, total).map(({ image }) => image);
    expect(flagged.toSorted()).toEqual(['happy/wrong.png', 'sad/wrong.png']);
  });

  it('leave what an earlier scan has measured in the pictures, and decisions', async () => {
    const workspace = await opened(await dataset());
    const setup = { ...SCAN, model: join(TINY_MODELS, 'tiny.onnx'), modelsFolder: TINY_MODELS };
    await (await workspace.startScan(setup)).finished;
    const { project } = workspace.opened;
    const id = idOf(workspace, 'sad/1.png');
    workspace.decide({ sampleIds: [id], verdict: 'kept', label: null, note: '' });
    const facts = () => [project.samples.byId(id)?.pixelsSha256, project.samples.perceptualHash(id)];
    const before = facts();
    await (await workspace.importPredictions(OUT_OF_FOLD, {}, { withoutTunedModel: true })).finished;
    expect(facts()).toEqual(before);
    expect(before[0]).toHaveLength(64);
    expect(project.samples.byId(id)?.currentVerdict).toBe('kept');
  });

  it('say on the command line what they are of, and not that their model is missing', async () => {
    const folder = await dataset();
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      expect(await runCommand(['import-predictions', folder, OUT_OF_FOLD, '--no-head'])).toBe(0);
      expect(printed.mock.calls.join('')).toBe(
        '12 images have a prediction, 2 labels flagged as likely wrong\n',
      );
      expect(said.mock.calls.join('')).not.toMatch(/is not here/);
    } finally {
      said.mockRestore();
      printed.mockRestore();
    }
  });
});

describe('the model file of own training', () => {
  it('scans as any other, and marks the images that it was trained on', async () => {
    const workspace = await opened(await dataset());
    const setup = { ...SCAN, model: join(TRAINED, 'own.onnx'), modelsFolder: TINY_MODELS };
    expect(await (await workspace.startScan(setup)).finished).toMatchObject({ state: 'done', error: null });
    expect(workspace.run?.model).toMatchObject({ name: 'own', anchorsPerClass: 10, featuresSize: 48 });
    const { prediction } = workspace.detail(idOf(workspace, 'happy/wrong.png'));
    expect(prediction).toMatchObject({ trainedOn: 'same-pixels' });
  });
});
