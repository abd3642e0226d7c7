import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import { type Checkpoints, checkpointsIn } from '../../../src/main/engine/fit/checkpoints.ts';
import { Embeddings } from '../../../src/main/engine/fit/embeddings.ts';
import { type FitInputs, fitLabels } from '../../../src/main/engine/fit/fitLabels.ts';
import { MatrixProducts } from '../../../src/main/engine/fit/matrixProducts.ts';
import type { DatasetFeatures } from '../../../src/main/engine/fit/tunedSource.ts';
import { loadRuntime } from '../../../src/main/engine/loadRuntime.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { uninformedInputs } from './fitInputs.ts';

const [SIZE, IMAGES, CLASSES] = [12, 180, 3];

/** Three clouds; every twelfth label is another's. */
const random = seededRandom(5);
const centres = Array.from({ length: CLASSES }, () =>
  Array.from({ length: SIZE }, () => 4 * (random() - 0.5)),
);
const truths = Array.from({ length: IMAGES }, (_, image) => image % CLASSES);
const labels = truths.map((truth, image) => (image % 12 === 5 ? (truth + 1) % CLASSES : truth));
const vectors = new Float16Array(
  truths.flatMap((truth) => (centres[truth] as number[]).map((value) => value + random() - 0.5)),
);

const inputs = (changes: Partial<FitInputs> = {}) => uninformedInputs(labels, CLASSES, changes);

let products: MatrixProducts;
beforeAll(async () => {
  products = await MatrixProducts.create(await loadRuntime(), 1);
});

const fitted = (
  changes: Partial<FitInputs> = {},
  { checkpoints, features }: { checkpoints?: Checkpoints; features?: DatasetFeatures } = {},
) => {
  const embeddings = new Embeddings(vectors, IMAGES, SIZE);
  return fitLabels(inputs(changes), embeddings, products, () => {}, checkpoints, features);
};

/** Of labels that are wrong and of those that are right, how likely they are said to be wrong. */
function meanWrong({ ranked }: Awaited<ReturnType<typeof fitted>>) {
  const mean = (isWrong: boolean) => {
    const some = labels.flatMap((label, image) =>
      (label !== truths[image]) === isWrong && !Number.isNaN(ranked.wrong[image])
        ? (ranked.wrong[image] as number)
        : [],
    );
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  };
  return { wrong: mean(true), right: mean(false) };
}

describe('a fit to bad input', () => {
  it('scores the rest where features of some images are missing', async () => {
    const present = Uint8Array.from({ length: IMAGES }, (_, image) => (image < 6 ? 0 : 1));
    const holed = Float32Array.from(vectors).fill(0, 0, 6 * SIZE);
    const features: DatasetFeatures = {
      present,
      outOfDomain: 1,
      source: {
        size: SIZE,
        rows: async (images) => ({
          data: Float32Array.from(
            [...images].flatMap((image) => [...holed.subarray(image * SIZE, (image + 1) * SIZE)]),
          ),
          rows: images.length,
          columns: SIZE,
        }),
      },
    };
    const { wrong, right } = meanWrong(await fitted({}, { features }));
    expect(wrong).toBeGreaterThan(right + 0.5);
  });

  it('knows a class that exists only in decisions', async () => {
    const third = truths.map((truth) => truth === 2);
    const given = Int16Array.from(labels, (_, image) => (third[image] ? 0 : (truths[image] as number)));
    const decided = Int16Array.from(third, (is, image) => (is && image % 2 === 0 ? 2 : -1));
    const { ranked } = await fitted({ labels: given, decided });
    const others = truths.flatMap((truth, image) => (truth === 2 && decided[image] === -1 ? [image] : []));
    const suggested = others.filter((image) => ranked.alternative[image] === 2).length;
    expect(suggested).toBeGreaterThan(0.8 * others.length);
  });

  it('comes to an end where decisions contradict each other on copies of one image', async () => {
    const copies = vectors.slice();
    for (let image = 1; image < 6; image++) copies.copyWithin(image * SIZE, 0, SIZE);
    const groups = Int32Array.from({ length: IMAGES }, (_, image) => (image < 6 ? 0 : image));
    const decided = Int16Array.from(labels, (_, image) => (image < 6 ? image % CLASSES : -1));
    const embeddings = new Embeddings(copies, IMAGES, SIZE);
    const { ranked } = await fitLabels(inputs({ groups, decided }), embeddings, products);
    expect(ranked.wrong.some(Number.isNaN)).toBe(false);
    const odd = labels.findIndex((label, image) => image > 6 && label !== truths[image]);
    expect(ranked.alternative[odd]).toBe(truths[odd]);
  });

  it('scores a dataset of one subject', async () => {
    const { wrong, right } = meanWrong(await fitted({ subjects: new Int32Array(IMAGES).fill(7) }));
    expect(wrong).toBeGreaterThan(right + 0.5);
  });

  it('comes to the same when it is killed at each of its steps, one after the other', async () => {
    const whole = await fitted();
    const folder = temporaryFolder();
    const kept = checkpointsIn(folder);
    let done = 0;
    const dyingAfterOne: Checkpoints = {
      step: (name, work) => {
        let isNew = false;
        const result = kept.step(name, () => {
          isNew = true;
          if (done >= 1) throw new Error('killed');
          return work();
        });
        return Promise.resolve(result).then((value) => {
          if (isNew) done++;
          return value;
        });
      },
    };
    let kills = 0;
    for (;;) {
      done = 0;
      const result = await fitted({}, { checkpoints: dyingAfterOne }).catch((error: Error) => {
        expect(error.message).toBe('killed');
        return null;
      });
      if (result === null) {
        kills++;
        continue;
      }
      expect(result.ranked.wrong).toEqual(whole.ranked.wrong);
      break;
    }
    expect(kills).toBeGreaterThan(5);
  });
});
