import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { DEFAULT_VIEWS, type ImageViews } from '../../src/domain/model.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { shippedModel } from './features.ts';
import { type BenchPrediction, framingOf, readFolder } from './predictions.ts';
import { overClasses, type Problem } from './problems.ts';

/** Labelled faces of another dataset than the model was trained on. N images. */
export interface OtherFaces {
  name: string;
  classNames: string[];
  /** [N] published labels, which are taken for the truth */
  truths: number[];
  /** [N] a number that a person's images share; -1 where it is not known */
  subjects: number[];
  predictions: BenchPrediction[];
  /** What peers get: each image in one view. */
  plainPredictions: BenchPrediction[];
}

const SETS = [
  { name: 'RAF-DB train', zip: 'rafdb_train.zip', csv: 'rafdb_train.csv' },
  { name: 'CK+48', zip: 'ckplus48.zip', csv: 'ckplus48.csv' },
  { name: 'muxspace', zip: 'muxspace_faces.zip', csv: 'muxspace.csv' },
] as const;

export interface FacesChoice {
  /** Part of the name of the sets to read. */
  only?: string;
  /** Cut the images as a scan would, rather than as they are. */
  framed?: boolean;
  /** Of each image. */
  views?: ImageViews;
}

/** Loads the sets in a folder; unpacked and predicted once, into the cache. */
export async function readOtherFaces(
  folder: string,
  cache: string,
  { only = '', framed = false, views = DEFAULT_VIEWS }: FacesChoice = {},
): Promise<OtherFaces[]> {
  const sets: OtherFaces[] = [];
  for (const { name, zip, csv } of SETS.filter((set) => only.includes(set.name) || set.name.includes(only))) {
    const pictures = join(cache, zip.replace('.zip', ''));
    if (!existsSync(pictures)) {
      mkdirSync(pictures, { recursive: true });
      execFileSync('unzip', ['-q', join(folder, zip), '-d', pictures]);
    }
    const framing = framed ? await framingOf(pictures) : null;
    const predictions = await byImage(pictures, cache, views, framing);
    // Peers get the images in one view; framed ones are predicted once.
    const plain = framing === null ? await byImage(pictures, cache, 'one', null) : predictions;
    const rows = (parse(readFileSync(join(folder, csv)), { columns: true, bom: true }) as Row[]).filter(
      ({ image }) => predictions.has(image) && plain.has(image),
    );
    const classNames = [...new Set(rows.map(({ label }) => label.trim().toLowerCase()))].sort();
    const people = [...new Set(rows.map(({ subject }) => subject ?? ''))];
    sets.push({
      name,
      classNames,
      truths: rows.map(({ label }) => classNames.indexOf(label.trim().toLowerCase())),
      subjects: rows.map(({ subject }) => (subject ? people.indexOf(subject) : -1)),
      predictions: rows.map(({ image }) => predictions.get(image) as BenchPrediction),
      plainPredictions: rows.map(({ image }) => plain.get(image) as BenchPrediction),
    });
  }
  return sets;
}

interface Row {
  image: string;
  label: string;
  subject?: string;
}

async function byImage(
  folder: string,
  cache: string,
  views: Parameters<typeof readFolder>[2],
  framing: Parameters<typeof readFolder>[4],
) {
  const { predictions } = await readFolder(folder, cache, views, undefined, framing);
  return new Map(predictions.map((prediction) => [prediction.image, prediction]));
}

/** Images of a set that is drawn from. */
const SAMPLE_SIZE = 3000;

/** The same images of a large set each time; a smaller one as it is. */
export function sampleOf(faces: OtherFaces): OtherFaces {
  return faces.truths.length > SAMPLE_SIZE ? sampleImages(faces, SAMPLE_SIZE, 1) : faces;
}

/** This many of the images, drawn at random. */
function sampleImages(faces: OtherFaces, count: number, seed: number): OtherFaces {
  const random = seededRandom(seed);
  const places = faces.truths
    .map((_, place) => ({ place, key: random() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
  const take = <Value>(values: readonly Value[]) => places.map((place) => values[place] as Value);
  return {
    name: `${faces.name}, ${places.length} images`,
    classNames: faces.classNames,
    truths: take(faces.truths),
    subjects: take(faces.subjects),
    predictions: take(faces.predictions),
    plainPredictions: take(faces.plainPredictions),
  };
}

export const OTHER_NOISE = ['symmetric', 'class-conditional', 'instance-dependent'] as const;
export type OtherNoise = (typeof OTHER_NOISE)[number];

/** What each emotion is mostly taken for: seven of ten wrong labels are the first, three the second. */
const CONFUSED_WITH: Record<string, readonly [string, string]> = {
  surprise: ['fear', 'happiness'],
  fear: ['surprise', 'sadness'],
  disgust: ['anger', 'sadness'],
  happiness: ['neutral', 'surprise'],
  sadness: ['neutral', 'disgust'],
  anger: ['disgust', 'neutral'],
  neutral: ['sadness', 'happiness'],
  contempt: ['anger', 'happiness'],
};

/**
 * Labels of which a share is wrong. [N] instance-dependent: more likely wrong where the model is less
 * certain, and towards the model's own mistakes.
 */
export function withNoise(
  { classNames, truths, predictions }: OtherFaces,
  kind: OtherNoise,
  rate: number,
  seed: number,
): number[] {
  const modelClasses = shippedModel.metadata.classes.map(({ name }) => name);
  const random = seededRandom(7919 * seed + Math.round(1000 * rate));
  const doubts = predictions.map(({ confidenceCorrected }) => 1.05 - confidenceCorrected);
  const meanDoubt = doubts.reduce((sum, doubt) => sum + doubt, 0) / doubts.length;
  return truths.map((truth, image) => {
    const wrongBy = kind === 'instance-dependent' ? (rate * (doubts[image] as number)) / meanDoubt : rate;
    if (random() >= wrongBy) return truth;
    const weights = classNames.map((name, label) => {
      if (label === truth) return 0;
      if (kind === 'symmetric') return 1;
      if (kind === 'class-conditional') {
        const place = CONFUSED_WITH[classNames[truth] as string]?.indexOf(name) ?? -1;
        return place === 0 ? 7 : place === 1 ? 3 : 1e-9;
      }
      return (predictions[image]?.corrected[modelClasses.indexOf(name)] ?? 0) + 0.01;
    });
    let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
    return weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
  });
}

/** Faces under such labels, as the fit and its peers get them. */
export function problemOfFaces(faces: OtherFaces, labels: number[]): Problem {
  const over = overClasses(faces.classNames, shippedModel.metadata);
  return {
    ...faces,
    labels,
    primary: faces.plainPredictions.map(({ primary }) => over(primary)),
    corrected: faces.plainPredictions.map(({ corrected }) => over(corrected)),
    certain: labels.map(() => true),
  };
}
