import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/labelQuality/random.ts';
import { ANCHORS_PER_CLASS } from '../../../src/main/engine/fit/anchors.ts';
import { type Checkpoints, checkpointsIn } from '../../../src/main/engine/fit/checkpoints.ts';
import { Embeddings } from '../../../src/main/engine/fit/embeddings.ts';
import { type FitInputs, fitLabels } from '../../../src/main/engine/fit/fitLabels.ts';
import { assignFolds, keepTogether, regressionPartitions } from '../../../src/main/engine/fit/folds.ts';
import { MatrixProducts } from '../../../src/main/engine/fit/matrixProducts.ts';
import { NEAREST } from '../../../src/main/engine/fit/tunedModel.ts';
import { startFit } from '../../../src/main/engine/index.ts';
import { loadRuntime } from '../../../src/main/engine/loadRuntime.ts';
import { forkChild, type StartProcess } from '../../../src/main/processes/index.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { uninformedInputs } from './fitInputs.ts';

const SIZE = 16;
const IMAGES = 240;

/** Three clouds of embeddings, which are the classes; every twelfth label is another's. The model knows nothing. */
function clouds() {
  const random = seededRandom(11);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: 3 }, () => Array.from({ length: SIZE }, () => 2 * normal()));
  const truths = Array.from({ length: IMAGES }, (_, image) => image % 3);
  const labels = truths.map((truth, image) => (image % 12 === 5 ? (truth + 1) % 3 : truth));
  const halves = new Float16Array(
    truths.flatMap((truth) => (centres[truth] as number[]).map((value) => value + normal())),
  );
  return { truths, labels, halves };
}

const { truths, labels, halves } = clouds();
const inputs = (changes: Partial<FitInputs> = {}) => uninformedInputs(labels, 3, changes);

let products: MatrixProducts;
beforeAll(async () => {
  products = await MatrixProducts.create(await loadRuntime(), 1);
});
const fitted = (changes: Partial<FitInputs> = {}, vectors = halves) =>
  fitLabels(inputs(changes), new Embeddings(vectors, IMAGES, SIZE), products);

describe('a fit to the labels of a dataset', () => {
  it('finds wrong labels of classes that the model does not know', async () => {
    const { ranked, pooled } = await fitted();
    expect(pooled.classMap).toEqual([[], [], []]);
    const flagged = [...truths.keys()].filter((image) => (ranked.wrong[image] as number) > 0.5);
    const wrong = [...truths.keys()].filter((image) => truths[image] !== labels[image]);
    expect(flagged.filter((image) => !wrong.includes(image))).toEqual([]);
    expect(flagged.length).toBeGreaterThanOrEqual(0.8 * wrong.length);
    for (const image of flagged) expect(ranked.suggested[image]).toBe(truths[image]);
    const classes = ranked.rates.length;
    for (const image of truths.keys()) {
      const row = ranked.truth.subarray(image * classes, (image + 1) * classes);
      // One number for one statement: that the label is wrong, and that another is the true one.
      expect(row[labels[image] as number]).toBeCloseTo(1 - (ranked.wrong[image] as number), 5);
      expect(row[ranked.alternative[image] as number]).toBe(ranked.alternativeProbability[image]);
    }
  });

  it('has distributions and nearest anchors of classes that the model does not know', async () => {
    const { tuned } = await fitted();
    let right = 0;
    for (const [image, truth] of truths.entries()) {
      const own = (rows: Float32Array | undefined) => rows?.subarray(3 * image, 3 * image + 3) ?? [];
      for (const row of [own(tuned?.primary), own(tuned?.corrected)]) {
        expect([...row].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      }
      const nearest = tuned?.anchors[image * NEAREST] as number;
      if (Math.floor(nearest / ANCHORS_PER_CLASS) === truth) right++;
      const distances = [...(tuned?.distances.subarray(image * NEAREST, (image + 1) * NEAREST) ?? [])];
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    }
    expect(right).toBeGreaterThan(0.93 * IMAGES);
  });

  it('calls labels wrong less surely where the model may be less sure of the images', async () => {
    const calibrated = Float32Array.from(
      labels.flatMap((_, image) => [0, 1, 2].map((c) => (c === truths[image] ? 0.9 : 0.05))),
    );
    const known = {
      model: calibrated,
      calibrated,
      modelClasses: 3,
      classMap: [[0], [1], [2]],
      withTunedModel: false,
    };
    const [usual, far] = [await fitted(known), await fitted({ ...known, inverseTemperature: 0.6 })];
    for (const [image, truth] of truths.entries()) {
      if (truth === labels[image]) continue;
      expect(far.ranked.wrong[image]).toBeLessThan(usual.ranked.wrong[image] as number);
      expect(far.ranked.alternative[image]).toBe(truth);
    }
  });

  it('predicts an image by a tuned model that never saw its label', async () => {
    const before = await fitted();
    const other = Int16Array.from(labels, (label, image) => (image === 30 ? (label + 1) % 3 : label));
    const after = await fitted({ labels: other });
    const ofImage = ({ tuned }: typeof before) => [...(tuned?.primary.subarray(90, 93) ?? [])];
    for (const [place, share] of ofImage(after).entries()) {
      expect(share).toBeCloseTo(ofImage(before)[place] as number, 2);
    }
  });

  it('learns a decision in place of the label, and nothing from an image that was set aside', async () => {
    const third = (image: number) => truths[image] === 2;
    // Every label of the third cloud is 0; a person has corrected two in five, or set all of them aside.
    const confused = Int16Array.from(labels, (_, image) => (third(image) ? 0 : (truths[image] as number)));
    const corrected = Int16Array.from(labels, (_, image) => (third(image) && image % 5 < 2 ? 2 : -1));
    const setAside = Int16Array.from(labels, (_, image) => (third(image) ? -2 : -1));
    const shareOfThird = ({ tuned }: Awaited<ReturnType<typeof fitted>>) =>
      truths.reduce(
        (sum, truth, image) => sum + (truth === 2 ? (tuned?.primary[3 * image + 2] as number) : 0),
        0,
      );
    const taught = await fitted({ labels: confused, decided: corrected });
    expect(shareOfThird(taught)).toBeGreaterThan(0.3 * (IMAGES / 3));
    expect(shareOfThird(await fitted({ labels: confused }))).toBe(0);
    const without = await fitted({ labels: confused, decided: setAside });
    const ofFirst =
      without.tuned?.primary.filter((_, at) => at % 3 === 0 && truths[(at - (at % 3)) / 3] === 0) ?? [];
    expect(Math.min(...ofFirst)).toBeGreaterThan(0.5);
  });

  it('continues where it stopped, with the same result', async () => {
    const folder = temporaryFolder();
    const whole = await fitted();
    const embeddings = new Embeddings(halves, IMAGES, SIZE);
    const done: string[] = [];
    const counting = (stopAfter: number): Checkpoints => {
      const kept = checkpointsIn(folder);
      return {
        step: (name, work) =>
          kept.step(name, () => {
            if (done.length >= stopAfter) throw new Error('killed');
            done.push(name);
            return work();
          }),
      };
    };
    const run = (stopAfter: number) =>
      fitLabels(inputs(), embeddings, products, () => {}, counting(stopAfter));
    await expect(run(6)).rejects.toThrow('killed');
    writeFileSync(join(folder, 'anchors-1.step'), 'half a fi');
    const resumed = await run(Number.POSITIVE_INFINITY);
    expect(resumed.ranked.wrong).toEqual(whole.ranked.wrong);
    expect(resumed.tuned).toEqual(whole.tuned);
    expect(done.filter((name) => name !== 'anchors-1')).toEqual(
      [...new Set(done)].filter((n) => n !== 'anchors-1'),
    );
    expect(done.filter((name) => name === 'anchors-1')).toHaveLength(2);
  });

  it('knows the nearest images with the same label and with another one', async () => {
    const { neighbours } = await fitted();
    const odd = labels.findIndex((label, image) => label !== truths[image]);
    expect(neighbours.otherLabel[odd]).toBeGreaterThan(neighbours.sameLabel[odd] as number);
    expect(neighbours.nearest[odd]).not.toBe(odd);
    expect(truths[neighbours.nearest[odd] as number]).toBe(truths[odd]);
  });

  it('takes images for duplicates where hash and embedding say so', async () => {
    const twins = halves.slice();
    twins.copyWithin(SIZE, 0, SIZE);
    const groups = Int32Array.from({ length: IMAGES }, (_, image) => (image < 3 ? 0 : image));
    const { duplicates } = await fitted({ groups }, twins);
    expect(duplicates[1]).toBe(duplicates[0]);
    expect(duplicates[2]).not.toBe(duplicates[0]);
    expect(new Set(duplicates).size).toBe(IMAGES - 1);
  });

  it('is the same each time', async () => {
    const [first, second] = [await fitted(), await fitted()];
    expect(second.ranked.wrong).toEqual(first.ranked.wrong);
  });

  it('ignores embeddings of a broken model, and scores the rest', async () => {
    const broken = halves.slice();
    broken.fill(Number.NaN, 0, SIZE);
    const { ranked, neighbours } = await fitted({}, broken);
    expect(neighbours.nearest[0]).toBe(-1);
    expect((ranked.wrong[5] as number) > 0.5).toBe(true);
  });

  it.each([
    ['no label at all', () => labels.map(() => -1)],
    ['one class only', () => labels.map(() => 0)],
    [
      'a class with a single image',
      () => labels.map((label, image) => (image === 7 ? 2 : Math.min(label, 1))),
    ],
  ])('flags nothing that it cannot score: %s', async (_, labelled) => {
    const given = Int16Array.from(labelled());
    const { ranked } = await fitted({ labels: given });
    for (const [image, label] of given.entries()) {
      const isScored = !Number.isNaN(ranked.wrong[image]);
      if (isScored) expect(label).toBeGreaterThanOrEqual(0);
      if (label === 2) expect(isScored).toBe(false);
    }
  });

  it('has a suggestion for images without a label', async () => {
    const some = Int16Array.from(labels, (label, image) => (image === 9 ? -1 : label));
    const { ranked } = await fitted({ labels: some });
    expect(ranked.suggested[9]).toBe(truths[9]);
    expect(ranked.wrong[9]).toBeNaN();
  });

  const processRequest = () => {
    const embeddingsPath = join(temporaryFolder(), 'embeddings.f16');
    writeFileSync(embeddingsPath, Buffer.from(halves.buffer));
    return {
      ...inputs(),
      embeddingsPath,
      embeddingSize: SIZE,
      threads: 1,
      checkpointFolder: null,
      features: null,
    };
  };

  it('runs in a process of its own, reports progress, and stops on request', async () => {
    const request = processRequest();
    const shares: number[] = [];
    const { ranked } = await startFit(request, { progress: (share) => shares.push(share) });
    expect(ranked.wrong).toEqual((await fitted()).ranked.wrong);
    expect(shares.at(-1)).toBeCloseTo(1, 6);
    const stopped = startFit(request, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    const missing = startFit({ ...request, embeddingsPath: '/no/such/file' });
    await expect(missing).rejects.toThrow(/learning from the labels failed.*no such file/);
  });

  it('continues when its process is killed, but not with one that is killed again and again', async () => {
    const request = processRequest();
    let started = 0;
    const killFirst =
      (deaths: number): StartProcess =>
      (options, listener) => {
        const child = forkChild(options, listener);
        if (++started <= deaths) child.kill();
        return child;
      };
    const { ranked } = await startFit(request, { startProcess: killFirst(2) });
    expect(ranked.wrong).toEqual((await fitted()).ranked.wrong);
    expect(started).toBe(3);
    const hopeless = startFit(request, { startProcess: killFirst(Number.POSITIVE_INFINITY) });
    await expect(hopeless).rejects.toThrow(/learning from the labels failed \(it was ended by SIGKILL\)/);
    expect(started).toBe(6);
  });
});

describe('folds', () => {
  const alone = Int32Array.from({ length: 8 }, (_, image) => image);
  const none = new Int32Array(8).fill(-1);

  it('keep the images of one subject together, with their duplicates', () => {
    const duplicates = alone.slice();
    duplicates[5] = 0;
    const joined = keepTogether(duplicates, none, Int32Array.of(7, 7, 3, 3, -1, -1, 9, 4));
    expect([joined[1], joined[5]]).toEqual([joined[0], joined[0]]);
    expect(joined[3]).toBe(joined[2]);
    expect(new Set(joined).size).toBe(5);
  });

  it('keep the faces of one photograph together, with their duplicates, whatever the subjects', () => {
    const duplicates = alone.slice();
    duplicates[6] = 0;
    const joined = keepTogether(
      duplicates,
      Int32Array.of(-1, 5, 5, 5, -1, -1, 2, 2),
      new Int32Array(8).fill(1),
    );
    expect(joined).toEqual(keepTogether(duplicates, Int32Array.of(-1, 5, 5, 5, -1, -1, 2, 2), none));
    expect([joined[2], joined[3]]).toEqual([joined[1], joined[1]]);
    expect([joined[6], joined[7]]).toEqual([joined[0], joined[0]]);
    expect(new Set(joined).size).toBe(4);
  });

  it('do not keep together what is most of the dataset', () => {
    expect(keepTogether(alone, none, Int32Array.of(1, 1, 1, 1, 1, 1, 2, 2))).toEqual(alone);
    expect(keepTogether(new Int32Array(8), none, none)).toEqual(alone);
  });

  it('keep duplicates together and are about equally large', () => {
    const groups = Int32Array.from({ length: 100 }, (_, image) => (image < 30 ? 0 : image));
    const folds = assignFolds(groups, 5);
    expect(new Set(folds.subarray(0, 30)).size).toBe(1);
    const sizes = [0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(13);
  });

  it('are divided in several ways in a small dataset, and only as given in a large one', () => {
    const partitionsOf = (images: number) => {
      const groups = Int32Array.from({ length: images }, (_, image) => image >> 1);
      const given = { folds: assignFolds(groups, 5), foldCount: 5 };
      return { groups, given, partitions: regressionPartitions(groups, given) };
    };
    const { groups, partitions } = partitionsOf(200);
    for (const { folds, foldCount } of partitions) {
      expect(new Set(folds).size).toBe(foldCount);
      for (const [image, group] of groups.entries()) expect(folds[image]).toBe(folds[2 * group]);
    }
    const [first, second] = partitions.map(({ folds }) => folds) as [Uint8Array, Uint8Array];
    const alsoTogether = first.filter((fold, image) => fold === first[0] && second[image] === second[0]);
    expect(alsoTogether.length).toBeLessThan(first.filter((fold) => fold === first[0]).length);
    const large = partitionsOf(20_000);
    expect(large.partitions).toEqual([large.given]);
  });
});
