import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readModelFile, startEngine } from '../../../src/main/engine/index.ts';
import { colourPng } from '../../support/colourDataset.ts';
import { FEATURE_NODES, type FeaturesModelOptions, makeFeaturesModel } from '../../support/featuresModel.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { asItems, imagePaths, tinyModel } from './models.ts';

const make = (options?: FeaturesModelOptions) => makeFeaturesModel(temporaryFolder(), options);

async function read(modelPath: string, colours: Parameters<typeof colourPng>[0][], withFeatures = true) {
  const engine = await startEngine({ modelPath, provider: 'cpu', views: 'all', withFeatures });
  onTestFinished(() => engine.close());
  const folder = temporaryFolder();
  const files = colours.map((_, index) => join(folder, `${index}.png`));
  for (const [index, colour] of colours.entries())
    writeFileSync(files[index] as string, await colourPng(colour));
  return engine.infer(asItems(files));
}

describe('a model of contract 1.1', () => {
  it('says the size of its features by its graph, whatever else it says', async () => {
    expect((await readModelFile(make())).metadata).toMatchObject({ contract: 1.1, featuresSize: 72 });
    const open = make({ declaredSize: null, metadata: { featuresSize: 72 } });
    expect((await readModelFile(open)).metadata.featuresSize).toBe(72);
    expect((await readModelFile(tinyModel)).metadata.featuresSize).toBeNull();
  });

  it('is refused where graph and metadata differ, or neither says a size', async () => {
    const refusal = (options: FeaturesModelOptions) => expect(readModelFile(make(options))).rejects;
    await refusal({ metadata: { featuresSize: 71 } }).toThrow(
      'output `features` is float32 [N,72], expected float32 [N,71]',
    );
    await refusal({ elementType: 10 }).toThrow(
      'output `features` is float16 [N,72], expected float32 [N,72]',
    );
    await refusal({ declaredSize: null }).toThrow('output `features` leaves its size open');
    await refusal({ metadata: { contract: 1.2 } }).toThrow('metadata `contract`');
  });

  it('may have no features, unless it says how many', async () => {
    const { metadata } = await readModelFile(make({ metadata: { contract: 1 } }));
    expect(metadata.featuresSize).toBeNull(); // to contract 1 it is any output
  });

  it('names statistics of its features, which are there as they were or refused', async () => {
    const bytes = Buffer.from('statistics');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const model = make({ metadata: { featureStatistics: { file: 'tiny.features.npy', sha256 } } });
    expect((await readModelFile(model)).featureStatistics).toBeNull();
    const beside = join(dirname(model), 'tiny.features.npy');
    writeFileSync(beside, bytes);
    expect((await readModelFile(model)).featureStatistics).toEqual(bytes);
    writeFileSync(beside, 'others');
    await expect(readModelFile(model)).rejects.toThrow('`tiny.features.npy` beside it is not the file');
  });
});

describe('the features of an image', () => {
  it('are the mean over its views, and there only where they are asked for', async () => {
    const engine = await startEngine({
      modelPath: make(),
      provider: 'cpu',
      views: 'all',
      withFeatures: true,
    });
    onTestFinished(() => engine.close());
    for (const result of await engine.infer(asItems(imagePaths))) {
      if (!result.ok) throw new Error(result.problem);
      const { features, embedding, primary } = result.outputs;
      const expected = [...embedding, ...primary];
      expect(features).toHaveLength(FEATURE_NODES.plain.size);
      for (const [at, value] of expected.entries()) expect(features?.[at]).toBeCloseTo(value, 5);
    }
    expect(await read(make(), ['happiness'], false)).toMatchObject([{ outputs: { features: null } }]);
    expect(await read(tinyModel, ['happiness'])).toMatchObject([{ outputs: { features: null } }]);
  });

  it('are its problem where they are no numbers, or too large to store', async () => {
    expect(await read(make({ features: 'not finite' }), ['sadness'])).toMatchObject([
      { ok: false, problem: expect.stringContaining('not finite') },
    ]);
    // Of mid-grey and of a bright yellow: only the latter is far from 0.
    expect(await read(make({ features: 'too large' }), ['neutral', 'happiness'])).toMatchObject([
      { ok: true },
      { ok: false, problem: expect.stringContaining('too large') },
    ]);
  });
});
