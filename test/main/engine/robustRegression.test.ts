import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import { MatrixProducts } from '../../../src/main/engine/fit/matrixProducts.ts';
import { tuneOutOfFold } from '../../../src/main/engine/fit/robustRegression.ts';
import { loadRuntime } from '../../../src/main/engine/loadRuntime.ts';

const SIZE = 32;
const CLASSES = 3;
const FOLDS = 5;
/** Images of each class: the last is rare. */
const COUNTS = [300, 300, 25];
const RARE = 2;

/** Clouds that overlap, one a class; every fifth label of a common class is another's. */
function imbalancedClouds() {
  const random = seededRandom(3);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const truths = COUNTS.flatMap((count, label) => new Array<number>(count).fill(label));
  const centres = COUNTS.map(() => Array.from({ length: SIZE }, () => 0.45 * normal()));
  const features = Float32Array.from(
    truths.flatMap((truth) => (centres[truth] as number[]).map((value) => value + normal())),
  );
  const labels = Int16Array.from(truths, (truth, image) =>
    truth !== RARE && image % 5 === 0 ? (truth + 1) % 2 : truth,
  );
  return { truths, features, labels };
}

it('learns a rare class among wrong labels', async () => {
  const { truths, features, labels } = imbalancedClouds();
  const models = await tuneOutOfFold(
    {
      source: {
        size: SIZE,
        rows: (images) => ({
          data: Float32Array.from(
            [...images].flatMap((image) => [...features.subarray(image * SIZE, (image + 1) * SIZE)]),
          ),
          rows: images.length,
          columns: SIZE,
        }),
      },
      labels,
      classes: CLASSES,
      weights: new Float32Array(truths.length).fill(1),
      decided: new Uint8Array(truths.length),
      imagesOfFold: Array.from({ length: FOLDS }, (_, fold) =>
        Int32Array.from(truths.keys().filter((image) => Math.floor(image / CLASSES) % FOLDS === fold)),
      ),
    },
    await MatrixProducts.create(await loadRuntime(), 1),
  );
  for (const logits of models) {
    const found = truths.map((truth, image) => {
      const row = [...logits.subarray(image * CLASSES, (image + 1) * CLASSES)];
      return row.indexOf(Math.max(...row)) === truth;
    });
    const rightOf = (label: number) =>
      found.filter((is, image) => is && truths[image] === label).length / (COUNTS[label] as number);
    expect(rightOf(RARE)).toBeGreaterThan(0.3);
    for (const common of [0, 1]) expect(rightOf(common)).toBeGreaterThan(0.88);
  }
});
