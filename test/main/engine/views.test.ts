import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { ModelOutputs } from '../../../src/domain/inference.ts';
import type { ImageViews } from '../../../src/domain/model.ts';
import { confidence } from '../../../src/labelQuality/reliability.ts';
import { type Engine, startEngine } from '../../../src/main/engine/index.ts';
import { combineViews, readInViews } from '../../../src/main/engine/views.ts';
import { decodeImage, readImageFile, toModelInput, viewOf } from '../../../src/main/images/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { asItems, imagePaths, tinyModel } from './models.ts';

const SIDE = 112;
const NAMES = ['primary', 'geometric', 'attentive', 'corrected', 'anchorDistance', 'embedding'] as const;

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.close())));

async function read(files: string[], views: ImageViews): Promise<ModelOutputs[]> {
  const engine = await startEngine({ modelPath: tinyModel, provider: 'cpu', views });
  engines.push(engine);
  return (await engine.infer(asItems(files))).map((result) => {
    if (!result.ok) throw new Error(result.problem);
    return result.outputs;
  });
}

/** Another view of a picture, as a file of the model's input size, so that no pixel is resampled. */
async function fileOf(file: string, view: Parameters<typeof viewOf>[2]): Promise<string> {
  const input = viewOf(await toModelInput(await decodeImage(await readImageFile(file)), SIDE), SIDE, view);
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (input[(at >> 2) * 3 + (at % 4)] as number),
  );
  const written = join(temporaryFolder(), 'view.png');
  writeFileSync(written, await Transformer.fromRgbaPixels(pixels, SIDE, SIDE).png());
  return written;
}

function expectClose(actual: ModelOutputs, expected: ModelOutputs): void {
  for (const name of NAMES) {
    actual[name].forEach((value, index) => {
      expect(Math.abs(value - (expected[name][index] as number)), name).toBeLessThan(1e-4);
    });
  }
}

describe('another view of a picture', () => {
  // Three rows of three pixels, whose red encodes their position; green and blue follow.
  const picture = Uint8Array.from([11, 12, 13, 21, 22, 23, 31, 32, 33].flatMap((red) => [red, red + 100, 7]));
  const redsOf = (view: Parameters<typeof viewOf>[2]) => {
    const shown = viewOf(picture, 3, view);
    expect([...shown.filter((_, at) => at % 3 === 1)]).toEqual(
      [...shown.filter((_, at) => at % 3 === 0)].map((red) => red + 100),
    );
    return [...shown.filter((_, at) => at % 3 === 0)];
  };

  it('has left and right exchanged, or is moved with its edge repeated', () => {
    expect(redsOf({ mirrored: true, up: 0 })).toEqual([13, 12, 11, 23, 22, 21, 33, 32, 31]);
    expect(redsOf({ mirrored: false, up: 1 / 3 })).toEqual([21, 22, 23, 31, 32, 33, 31, 32, 33]);
    expect(redsOf({ mirrored: false, up: -1 / 3 })).toEqual([11, 12, 13, 11, 12, 13, 21, 22, 23]);
    expect(redsOf({ mirrored: true, up: 1 / 3 })).toEqual([23, 22, 21, 33, 32, 31, 33, 32, 31]);
  });
});

describe('a prediction of several views', () => {
  const [first, second] = [
    [0.9, 0.1],
    [0.3, 0.7],
  ].map(
    (corrected): ModelOutputs => ({
      primary: Float32Array.from(corrected),
      geometric: Float32Array.from(corrected),
      attentive: Float32Array.from(corrected),
      corrected: Float32Array.from(corrected),
      confidencePrimary: confidence(corrected),
      confidenceCorrected: confidence(corrected),
      anchorDistance: Float32Array.from([1, 2]),
      embedding: Float32Array.from(corrected),
      features: null,
      faceQuality: corrected[0] as number,
    }),
  ) as [ModelOutputs, ModelOutputs];

  it('is their weighted mean, with the confidence of the mean and the face as it was first seen', () => {
    const { corrected, confidenceCorrected, faceQuality } = combineViews(first, [second, second], 0.5);
    expect(corrected[0]).toBeCloseTo(0.6, 6);
    expect(confidenceCorrected).toBeCloseTo(confidence([0.6, 0.4]), 6);
    expect(faceQuality).toBeCloseTo(0.9, 6);
  });

  it('stays a distribution, and is the first one where the others count nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (weight) => {
        const [a, b] = combineViews(first, [second], weight).corrected;
        expect((a as number) + (b as number)).toBeCloseTo(1, 6);
      }),
    );
    expectClose(combineViews(first, [second], 0), first);
  });

  it('is missing where a further view fails, and the other images of its batch have theirs', async () => {
    // One red pixel on the left of each input; the model fails on whatever has it on the right, but for the image of 9.
    const inputOf = (red: number) =>
      Uint8Array.from({ length: 12 }, (_, at) => (at === 0 || at === 6 ? red : 0));
    const run = async (inputs: Uint8Array[]) => {
      if (inputs.some((input) => input[3] === 5)) throw new Error('out of memory');
      return inputs.map((input) => ({
        ...first,
        corrected: Float32Array.of(input[3] === 7 ? Number.NaN : 1, 0),
      }));
    };
    const outcomes = await readInViews({ run }, [5, 9, 7].map(inputOf), 2, 'all');
    expect(outcomes).toEqual([
      'the model failed on this image: out of memory',
      expect.objectContaining({ corrected: Float32Array.of(1, 0) }),
      'the model gave values that are not finite numbers for this image',
    ]);
    const [plain] = await readInViews({ run }, [inputOf(5)], 2, 'one');
    expect(plain).toMatchObject({ corrected: Float32Array.of(1, 0) });
  });
});

describe('the engine', () => {
  it('predicts unsure images once more, mirrored and shifted', async () => {
    const [plain, twice] = [await read(imagePaths, 'one'), await read(imagePaths, 'unsure')];
    const files = await Promise.all(imagePaths.map((file) => fileOf(file, { mirrored: true, up: 1 / 22 })));
    const moved = await read(files, 'one');
    const sure = plain.map(({ confidenceCorrected }) => confidenceCorrected >= 0.92);
    const unsure = plain.map(({ confidenceCorrected }) => confidenceCorrected < 0.9);
    expect(sure.filter(Boolean).length).toBeGreaterThan(0);
    expect(unsure.filter(Boolean).length).toBeGreaterThan(0);
    for (const [index, outputs] of twice.entries()) {
      const [first, second] = [plain[index] as ModelOutputs, moved[index] as ModelOutputs];
      if (sure[index]) expect(outputs).toEqual(first);
      if (unsure[index]) expectClose(outputs, combineViews(first, [second], 1));
    }
  });

  it('says the same of a picture and its mirror image where it looks at both', async () => {
    const files = imagePaths.slice(0, 8);
    const mirrored = await Promise.all(files.map((file) => fileOf(file, { mirrored: true, up: 0 })));
    const [ofFiles, ofMirrored] = [await read(files, 'all'), await read(mirrored, 'all')];
    const plain = await read(files, 'one');
    for (const [index, outputs] of ofFiles.entries()) expectClose(ofMirrored[index] as ModelOutputs, outputs);
    expect(ofFiles.map(({ corrected }) => corrected)).not.toEqual(plain.map(({ corrected }) => corrected));
  });
});
