import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, type EngineResult, startEngine } from '../../../src/main/engine/index.ts';
import { asItems, root } from './models.ts';

/**
 * Written by `python -m grefel_train parity`: a file's outputs in Python for the same images, decoded by
 * Pillow.
 */
interface Parity {
  outputs: string[];
  images: Record<string, number[]>;
}

const LOSSLESS_TOLERANCE = 0.002;
/** JPEG decoders differ by a few levels of 255, and the model by as much as that moves it. */
const JPEG_TOLERANCE = 0.03;
/** A level of 255 may put a value of int8 on its next step. */
const INT8_TOLERANCE = 0.2;

type Prediction = Extract<EngineResult, { ok: true }>['outputs'];

function distributions({ primary, geometric, attentive, corrected }: Prediction): number[] {
  return [...primary, ...geometric, ...attentive, ...corrected];
}

describe.each(['grefel-small', 'grefel-small.int8'])('the shipped model %s', (model) => {
  const parity: Parity = JSON.parse(
    readFileSync(path.join(root, `test/fixtures/model/${model}.parity.json`), 'utf8'),
  );
  const names = Object.keys(parity.images);
  const paths = names.map((name) => path.join(root, name));
  let engine: Engine | undefined;
  let predictions: Prediction[];

  async function read(files: string[]): Promise<Prediction[]> {
    const results = (await engine?.infer(asItems(files))) ?? [];
    return results.map((result) => {
      if (!result.ok) throw new Error(result.problem);
      return result.outputs;
    });
  }

  beforeAll(async () => {
    engine = await startEngine({ modelPath: path.join(root, `models/${model}.onnx`), provider: 'cpu' });
    predictions = await read(paths);
  });
  afterAll(() => engine?.close());

  it('says in the application what it says in Python of the same 200 files', () => {
    expect(names.length).toBe(200);
    const far = names.flatMap((name, i) => {
      const expected = parity.images[name] as number[];
      const difference = Math.max(
        ...distributions(predictions[i] as Prediction).map((value, k) =>
          Math.abs(value - (expected[k] as number)),
        ),
      );
      const tolerance = !name.endsWith('.jpg')
        ? LOSSLESS_TOLERANCE
        : model.endsWith('.int8')
          ? INT8_TOLERANCE
          : JPEG_TOLERANCE;
      return difference > tolerance ? [`${name}: ${difference.toFixed(4)}`] : [];
    });
    expect(far).toEqual([]);
  });

  it('says the same of an image again, bit for bit', async () => {
    const again = await read(paths.slice(0, 32));
    const first = await read(paths.slice(0, 32));
    expect(again).toEqual(first);
  });
});
