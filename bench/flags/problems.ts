import { buildClassSpace, projectDistribution } from '../../src/domain/classSpace.ts';
import { EMOTIONS } from '../../src/domain/emotions.ts';
import { DEFAULT_VIEWS, type ModelMetadata } from '../../src/domain/model.ts';
import { calibratePrediction } from '../../src/labelQuality/calibratedPrediction.ts';
import { type FerImage, loadFer, type Role } from './ferData.ts';
import { ferConfusion, injectNoise, NOISE_KINDS, NOISE_RATES } from './noise.ts';
import { type BenchPrediction, type BenchPredictions, readFolder } from './predictions.ts';

/** Labels of which we know which are wrong, with the model's predictions. L classes, N images. */
export interface Problem {
  /** Row of the table. */
  name: string;
  classNames: string[];
  /** [N] given labels, and the true ones; -1 for a truth that is not among the classes. */
  labels: number[];
  truths: number[];
  predictions: BenchPrediction[];
  /** What the peers get: predictions of one view of each image. */
  plainPredictions: BenchPrediction[];
  /** [N] rows of L, the predictions of one view over the classes of the labels. */
  primary: Float64Array[];
  corrected: Float64Array[];
  certain: boolean[];
}

export interface FerPredictions {
  model: ModelMetadata;
  modelSha256: string;
  images: (FerImage & { prediction: BenchPrediction; plainPrediction: BenchPrediction })[];
}

export async function readFer(
  ferFolder: string,
  cacheFolder: string,
  views = DEFAULT_VIEWS,
): Promise<FerPredictions> {
  const { folder, images } = loadFer(ferFolder, cacheFolder);
  return withPredictions(
    images,
    await readFolder(folder, cacheFolder, views),
    await readFolder(folder, cacheFolder, 'one'),
  );
}

/** Images with predictions. @param plain of one view */
export function withPredictions(
  images: readonly FerImage[],
  { model, predictions }: BenchPredictions,
  plain: BenchPredictions,
): FerPredictions {
  const [byImage, plainByImage] = [predictions, plain.predictions].map(
    (list) => new Map(list.map((prediction) => [prediction.image, prediction])),
  );
  return {
    model: model.metadata,
    modelSha256: model.sha256,
    images: images.flatMap((image) => {
      const [prediction, plainPrediction] = [byImage?.get(image.image), plainByImage?.get(image.image)];
      return prediction === undefined || plainPrediction === undefined
        ? []
        : [{ ...image, prediction, plainPrediction }];
    }),
  };
}

/** FER2013's own labels against the voters. */
export function realProblem(fer: FerPredictions, role: Role): Problem {
  const images = fer.images.filter((image) => image.role === role && image.given !== null);
  const labels = images.map(({ given }) => EMOTIONS.indexOf(given as (typeof EMOTIONS)[number]));
  return problemOf('FER2013 labels', fer, images, labels);
}

/** The voters' labels with wrong ones injected; one problem a seed. */
export function injectedProblems(fer: FerPredictions, role: Role, seeds: readonly number[]): Problem[] {
  const images = fer.images.filter((image) => image.role === role);
  const confusion = ferConfusion(fer.images);
  return NOISE_KINDS.flatMap((kind) =>
    NOISE_RATES.flatMap((rate) =>
      seeds.map((seed) =>
        problemOf(`${kind} ${100 * rate} %`, fer, images, injectNoise(images, kind, rate, seed, confusion)),
      ),
    ),
  );
}

/** @param labels [N] indices of EMOTIONS; classes that no label has are left out of the problem */
function problemOf(
  name: string,
  fer: FerPredictions,
  images: FerPredictions['images'],
  labels: number[],
): Problem {
  const used = EMOTIONS.filter((_, emotion) => labels.includes(emotion));
  const over = overClasses([...used], fer.model);
  const indexOf = (emotion: number) => used.indexOf(EMOTIONS[emotion] as (typeof used)[number]);
  return {
    name,
    classNames: [...used],
    labels: labels.map(indexOf),
    truths: images.map(({ truth }) => used.indexOf(truth)),
    predictions: images.map(({ prediction }) => prediction),
    plainPredictions: images.map(({ plainPrediction }) => plainPrediction),
    primary: images.map(({ plainPrediction }) => over(plainPrediction.primary)),
    corrected: images.map(({ plainPrediction }) => over(plainPrediction.corrected)),
    certain: images.map(({ certain }) => certain),
  };
}

/** The model's distributions over a problem's classes. */
export function overClasses(classNames: string[], model: ModelMetadata) {
  const space = buildClassSpace(classNames, model.classes);
  return (distribution: ArrayLike<number>) => projectDistribution(space, distribution);
}

/** The calibrated probabilities of a problem's classes. [N] rows of L */
export function calibratedRows(
  { classNames, predictions }: Problem,
  model: ModelMetadata,
  weights?: Parameters<typeof calibratePrediction>[2],
): Float64Array[] {
  const over = overClasses(classNames, model);
  return predictions.map((prediction) => over(calibratePrediction(prediction, model, weights)));
}

export function wrongLabels({ labels, truths }: Problem): boolean[] {
  return labels.map((label, index) => label !== truths[index]);
}
