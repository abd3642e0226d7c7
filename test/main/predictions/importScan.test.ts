import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Workspace } from '../../../src/main/workspace/index.ts';
import { makeColourDataset, SMALL_DATASET, TINY_MODELS } from '../../support/colourDataset.ts';
import { temporaryDataFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

// Processes are started, on whatever machine.
vi.setConfig({ testTimeout: 180_000 });

/** Written by the cluster's package of these very pictures: cluster/tests/write_fixture.py. */
const SHARDS = join(import.meta.dirname, '../../fixtures/clusterScan');
const SETUP = {
  model: join(TINY_MODELS, 'tiny.onnx'),
  modelsFolder: TINY_MODELS,
  provider: 'cpu',
  views: 'unsure',
  framing: 'off',
  withoutTunedModel: true,
} as const;

async function opened(): Promise<Workspace> {
  temporaryDataFolder();
  const folder = join(temporaryFolder(), 'faces');
  await makeColourDataset(folder, SMALL_DATASET);
  writeFileSync(join(folder, 'sad/broken.png'), '\x89PNG\r\n\x1a\n', 'latin1');
  const workspace = await Workspace.open(folder, 'ann');
  onTestFinished(() => workspace.close());
  return workspace;
}

async function imported(workspace: Workspace, shards = SHARDS, modelsFolder = TINY_MODELS) {
  const choices = { modelsFolder };
  const { report, finished } = await workspace.importPredictions(shards, choices, {
    withoutTunedModel: true,
  });
  await finished;
  return report;
}

async function scan(workspace: Workspace) {
  const { finished } = await workspace.startScan(SETUP);
  return finished;
}

/** The fixture, to be damaged. */
function copied(): string {
  const folder = join(temporaryFolder(), 'predictions');
  cpSync(SHARDS, folder, { recursive: true });
  return folder;
}

/** What is known of every image that was read, by its name. */
function found({ opened: { project }, run }: Workspace) {
  const model = run?.model ?? null;
  return [...project.samples.indexed()].map(({ id, image, state }) => {
    const sample = project.samples.byId(id);
    return {
      image,
      state,
      problem: sample?.problem,
      facts: [sample?.width, sample?.height, sample?.format, sample?.pixelsSha256],
      hash: project.samples.perceptualHash(id),
      prediction: model && project.predictions.byId(id, model),
      flag: project.flags.byId(id),
      issues: project.issues.byId(id),
    };
  });
}

/** Numbers differ by the rounding of another batch, and of half floats. */
function nearly(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, 3);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, nearly);
  if (Array.isArray(value)) return value.map(nearly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nearly(inner)]));
}
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner) =>
      ArrayBuffer.isView(inner) ? Array.from(inner as unknown as ArrayLike<number>) : inner,
    ),
  );

describe("a cluster's scan", () => {
  it('is imported as if it had been made here: predictions, anchors, flags, facts and problems', async () => {
    const here = await opened();
    await scan(here);
    const there = await opened();
    const report = await imported(there);
    expect(report).toMatchObject({
      model: 'tiny',
      images: 12,
      unreadable: 1,
      withoutRow: 0,
      scan: { views: 'unsure', modelIsHere: true, outOfFold: false },
    });
    expect(there.counts()).toEqual(here.counts());
    expect(there.run).toMatchObject({
      modelSha256: here.run?.modelSha256,
      model: here.run?.model,
      views: 'unsure',
      provider: { used: 'cpu' },
    });
    const strip = (workspace: Workspace) =>
      found(workspace).map(({ prediction, ...rest }) => ({
        ...rest,
        prediction: prediction && { ...prediction, runId: 0 },
      }));
    expect(plain(strip(there))).toEqual(nearly(plain(strip(here))));
  });

  it('is continued by a later local scan: it predicts nothing again', async () => {
    const workspace = await opened();
    await imported(workspace);
    const before = found(workspace);
    const job = await scan(workspace);
    expect(job).toMatchObject({ state: 'done', total: 13 });
    expect(found(workspace)).toEqual(before);
    expect(workspace.run?.startedAt).toBeDefined();
  });

  it('takes the place of the predictions before, and keeps decisions', async () => {
    const workspace = await opened();
    await scan(workspace);
    const { project } = workspace.opened;
    const id = project.samples.byImage('sad/1.png')?.id ?? 0;
    workspace.decide({ sampleIds: [id], verdict: 'kept', label: null, note: '' });
    await imported(workspace);
    expect(project.samples.byId(id)?.currentVerdict).toBe('kept');
  });

  it('says that the model is not here, where its training images cannot be marked', async () => {
    const workspace = await opened();
    const models = join(temporaryFolder(), 'models');
    mkdirSync(models);
    expect((await imported(workspace, SHARDS, models)).scan).toMatchObject({
      views: 'unsure',
      modelIsHere: false,
    });
  });

  it.each([
    [
      'a shard has other bytes than the scan wrote',
      'part-000000-0000.parquet',
      /its bytes are not those that the scan wrote/,
    ],
    ['the manifest is cut off', 'manifest.json', /manifest\.json: it cannot be used/],
  ])('is refused where %s, and nothing is imported', async (_, name, message) => {
    const workspace = await opened();
    const shards = copied();
    const bytes = readFileSync(join(shards, name));
    writeFileSync(
      join(shards, name),
      name.endsWith('.json') ? bytes.subarray(0, -20) : bytes.fill(0, 100, 101),
    );
    await expect(imported(workspace, shards)).rejects.toThrow(message);
    expect(workspace.counts()).toMatchObject({ scanned: 0, pending: 13 });
    expect(workspace.run).toBeNull();
  });

  it('is refused where a shard is missing from the manifest', async () => {
    const workspace = await opened();
    const file = join(copied(), 'manifest.json');
    const { shards, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...rest, shards: shards.slice(1) }));
    await expect(imported(workspace, dirname(file))).rejects.toThrow(/do not have as many rows as it says/);
  });

  it('is refused before it is finished', async () => {
    const workspace = await opened();
    const folder = temporaryFolder();
    await expect(imported(workspace, folder)).rejects.toThrow(/it has no manifest\.json/);
    writeFileSync(join(folder, 'plan.json'), '{}');
    await expect(imported(workspace, folder)).rejects.toThrow(/the scan is not finished/);
  });
});
