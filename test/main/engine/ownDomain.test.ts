import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import { Embeddings } from '../../../src/main/engine/fit/embeddings.ts';
import { type FitInputs, type FittedLabels, fitLabels } from '../../../src/main/engine/fit/fitLabels.ts';
import { MatrixProducts } from '../../../src/main/engine/fit/matrixProducts.ts';
import { tunedSource } from '../../../src/main/engine/fit/tunedSource.ts';
import { loadRuntime } from '../../../src/main/engine/loadRuntime.ts';
import { uninformedInputs } from './fitInputs.ts';

const [SIZE, FEATURES, IMAGES, CLASSES] = [12, 20, 144, 3];

const random = seededRandom(5);
const truths = Array.from({ length: IMAGES }, (_, image) => image % CLASSES);
/** Every twelfth label is another's. */
const labels = truths.map((truth, image) => (image % 12 === 5 ? (truth + 1) % CLASSES : truth));
const isWrong = labels.map((label, image) => label !== truths[image]);

/** Each class a cloud, or the same cloud for all. */
function vectorsOf(size: number, separate: boolean): Float16Array {
  const centres = Array.from({ length: CLASSES }, () =>
    Array.from({ length: size }, () => (separate ? 4 * (random() - 0.5) : 0)),
  );
  return new Float16Array(
    truths.flatMap((truth) => (centres[truth] as number[]).map((value) => value + random() - 0.5)),
  );
}

/** The classes are clouds in only one of the two. */
function dataset(separateIn: 'embedding' | 'features', outOfDomain: number | null) {
  const features = Float32Array.from(vectorsOf(FEATURES, separateIn === 'features'));
  return {
    embeddings: new Embeddings(vectorsOf(SIZE, separateIn === 'embedding'), IMAGES, SIZE),
    features: {
      present: new Uint8Array(IMAGES).fill(1),
      outOfDomain,
      source: {
        size: FEATURES,
        rows: (images: Int32Array) => ({
          data: Float32Array.from(
            [...images].flatMap((image) => [...features.subarray(image * FEATURES, (image + 1) * FEATURES)]),
          ),
          rows: images.length,
          columns: FEATURES,
        }),
      },
    },
  };
}

let products: MatrixProducts;
beforeAll(async () => {
  products = await MatrixProducts.create(await loadRuntime(), 1);
});

function fitted({ embeddings, features }: ReturnType<typeof dataset>, changes: Partial<FitInputs> = {}) {
  const inputs = uninformedInputs(labels, CLASSES, changes);
  return fitLabels(inputs, embeddings, products, () => {}, undefined, features);
}

/** Of the labels that are most likely wrong, as many as there are wrong ones: the share that is. */
function foundOf({ ranked }: FittedLabels): number {
  const wrong = isWrong.filter(Boolean).length;
  const first = [...labels.keys()].sort((a, b) => (ranked.wrong[b] as number) - (ranked.wrong[a] as number));
  return first.slice(0, wrong).filter((image) => isWrong[image]).length / wrong;
}

describe('the tuned model', () => {
  it.each([
    ['the embedding in the model’s own domain', 'embedding', 0, true],
    ['nothing else there', 'features', 0, false],
    ['the features of other faces', 'features', 1, true],
    ['nothing else there', 'embedding', 1, false],
    ['the embedding between the two', 'embedding', 0.5, true],
    ['the features between the two', 'features', 0.5, true],
    ['the features where the domain is not known', 'features', null, true],
  ] as const)('learns from %s (%s, %s)', async (_, separateIn, outOfDomain, learns) => {
    const found = foundOf(await fitted(dataset(separateIn, outOfDomain)));
    if (learns) expect(found).toBeGreaterThan(0.7);
    else expect(found).toBeLessThan(0.4);
  });

  it('gives way smoothly: each of the two has its share of the variance', async () => {
    const varianceOf = async (outOfDomain: number) => {
      const { embeddings, features } = dataset('embedding', outOfDomain);
      const { source } = await tunedSource(embeddings, features);
      const { data, columns } = await source.rows(Int32Array.from({ length: IMAGES }, (_, image) => image));
      const ofColumns = Array.from({ length: columns }, (_, column) => {
        const values = Array.from({ length: IMAGES }, (_, image) => data[image * columns + column] as number);
        const mean = values.reduce((sum, value) => sum + value, 0) / IMAGES;
        return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / IMAGES;
      });
      const sum = (some: number[]) => some.reduce((total, value) => total + value, 0);
      return [sum(ofColumns.slice(0, FEATURES)), sum(ofColumns.slice(FEATURES))];
    };
    for (const outOfDomain of [0.02, 0.4, 0.98]) {
      const [ofFeatures, ofEmbedding] = await varianceOf(outOfDomain);
      expect(ofFeatures).toBeCloseTo(outOfDomain, 2);
      expect(ofEmbedding).toBeCloseTo(1 - outOfDomain, 2);
    }
  });
});

describe('in the model’s own domain', () => {
  /** The base model knows the first two classes by name, and takes the third for either. */
  const knowsTwo = (): Partial<FitInputs> => {
    const rows = Float32Array.from(
      truths.flatMap((truth) => (truth === 2 ? [0.5, 0.5] : truth === 0 ? [0.95, 0.05] : [0.05, 0.95])),
    );
    return { model: rows, calibrated: rows, modelClasses: 2, classMap: [[0], [1], []] };
  };

  it('scores labels of a class that the base model does not know, and suggests it', async () => {
    const { ranked } = await fitted(dataset('embedding', 0), knowsTwo());
    for (const [image, label] of labels.entries()) {
      expect(ranked.wrong[image]).not.toBeNaN();
      if (isWrong[image] && label === 2) expect(ranked.wrong[image]).toBeGreaterThan(0.5);
      if (isWrong[image] && truths[image] === 2) expect(ranked.suggested[image]).toBe(2);
    }
  });

  it('asks the base model alone where it knows each class', async () => {
    const rows = Float32Array.from(
      truths.flatMap((truth) => [0, 1, 2].map((c) => (c === truth ? 0.9 : 0.05))),
    );
    const knowsAll = { model: rows, calibrated: rows, modelClasses: 3, classMap: [[0], [1], [2]] };
    const faces = dataset('embedding', 0);
    const both = await fitted(faces, knowsAll);
    const without = await fitted(faces, { ...knowsAll, withTunedModel: false });
    expect(both.ranked.wrong).toEqual(without.ranked.wrong);
  });

  it.each(['auto', 'base', 'tuned'] as const)(
    'scores as was learned there if the base model knows no class, relying on: %s',
    async (reliance) => {
      const { adaptation } = await fitted(dataset('embedding', 0), { reliance });
      expect(adaptation.weights).toBeNull();
    },
  );
});
