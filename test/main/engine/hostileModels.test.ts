import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  type Engine,
  type EngineOptions,
  readModelFile,
  startEngine,
} from '../../../src/main/engine/index.ts';
import { TrainingImages } from '../../../src/main/issues/index.ts';
import {
  externalTensor,
  loopingModel,
  message,
  nodeWith,
  withInGraph,
  withInputSize,
} from '../../support/changedModels.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { asItems, imagePaths, tinyModel } from './models.ts';

const tiny = readFileSync(tinyModel);

function fileOf(bytes: Uint8Array): string {
  const file = join(temporaryFolder(), 'model.onnx');
  writeFileSync(file, bytes);
  return file;
}

async function start(bytes: Uint8Array, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await startEngine({ modelPath: fileOf(bytes), provider: 'cpu', ...options });
  onTestFinished(() => engine.close());
  return engine;
}

describe('a model that takes pictures of another size', () => {
  it.each([160, 224])(
    'of %i pixels reads images, and hashes them as every other model does',
    async (side) => {
      const other = await start(withInputSize(tiny, side));
      const plain = await start(tiny);
      const items = asItems(imagePaths.slice(0, 4));
      const [theirs, ours] = await Promise.all([other.infer(items), plain.infer(items)]);
      for (const [index, result] of theirs.entries()) {
        expect(result).toMatchObject({ ok: true });
        const facts = (at: typeof result | undefined) => (at?.ok ? at.image : null);
        expect(facts(result)).toEqual(facts(ours[index]));
      }
    },
  );

  it('of more than is ever needed is refused before anything is read', async () => {
    await expect(readModelFile(fileOf(withInputSize(tiny, 5000)))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('inputSize'),
    });
  });
});

describe('weights in another file are found', () => {
  const inBranch = message([1, nodeWith('Constant', 'value', 5, externalTensor('w'))]);
  it.each([
    ['in a constant', [1, nodeWith('Constant', 'value', 5, externalTensor('w'))]],
    [
      'among the weights of a branch',
      [1, nodeWith('If', 'then_branch', 6, message([5, externalTensor('w')]))],
    ],
    ['in a constant of a branch', [1, nodeWith('If', 'then_branch', 6, inBranch)]],
    ['among sparse weights', [15, message([1, externalTensor('w')])]],
  ] as const)('%s', async (_, [field, value]) => {
    await expect(readModelFile(fileOf(withInGraph(tiny, [field, value])))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('its weights are in another file'),
    });
  });

  it('and a file that is nested without end is refused', async () => {
    let graph = message([1, message([4, 'Identity'])]);
    for (let depth = 0; depth < 500; depth++) graph = message([1, nodeWith('If', 'then_branch', 6, graph)]);
    const nested = Buffer.concat([tiny, message([7, graph])]);
    await expect(readModelFile(fileOf(nested))).rejects.toMatchObject({ code: 'model-invalid' });
  });
});

describe('a model with a loop that never ends', () => {
  const ENDLESS = 2n ** 62n;

  it('is refused when it is tried, once', async () => {
    const begun = performance.now();
    const startLimits = { loadMs: 60_000, trialMs: { cpu: 2000, gpu: 2000 } };
    const model = loopingModel(tiny, { onImages: ENDLESS, onBlank: ENDLESS });
    await expect(start(model, { startLimits })).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('took longer than 2 s on a blank image'),
    });
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  it('on images only is reported once two of them have shown it', async () => {
    const engine = await start(loopingModel(tiny, { onImages: ENDLESS, onBlank: 0n }), { runMs: 1000 });
    await expect(engine.infer(asItems(imagePaths.slice(0, 4)))).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'The model is too slow: it did not finish any image',
    });
  });

  it('that ends works like any other', async () => {
    const engine = await start(loopingModel(tiny, { onImages: 3n, onBlank: 0n }));
    const [result] = await engine.infer(asItems(imagePaths.slice(0, 1)));
    expect(result).toMatchObject({ ok: true, outputs: { faceQuality: expect.any(Number) } });
  });
});

describe('a list of training images', () => {
  it('that unpacks to far more than a list is refused while it is read', async () => {
    const list = join(temporaryFolder(), 'list.csv.gz');
    const megabyte = `${'a'.repeat(64)},${'b'.repeat(16)}\n`.repeat(13_000);
    const packed = gzipSync(`pixels_sha256,perceptual_hash\n`);
    const piece = gzipSync(megabyte);
    writeFileSync(list, Buffer.concat([packed, ...Array.from({ length: 270 }, () => piece)]));
    await expect(TrainingImages.load(list, 3)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('it unpacks to more than 256 MB'),
    });
  });

  it('with a row of no end is refused', async () => {
    const list = join(temporaryFolder(), 'list.csv.gz');
    writeFileSync(list, gzipSync(`pixels_sha256,perceptual_hash\n${'a'.repeat(50_000_000)}`));
    await expect(TrainingImages.load(list, 3)).rejects.toMatchObject({ code: 'model-invalid' });
  });
});
