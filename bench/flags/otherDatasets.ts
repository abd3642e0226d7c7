/**
 * How well flags find wrong labels in faces of other datasets than the model was trained on: RAF-DB's train part (whole, and as 3,000
 * images), CK+48 and muxspace, with wrong labels injected, beside cleanlab's scores fed with (a) the base model's probabilities and
 * (b) the tuned model's out-of-fold ones, so that it is clear what comes from the model and what from the score.
 *
 *   npx node bench/flags/otherDatasets.ts OTHER_FOLDER [--cache FOLDER] [--seeds 3] [--only NAME] [--quick] [--framed] [--views unsure]
 */
import { z } from 'zod';
import { DEFAULT_VIEWS, IMAGE_VIEWS } from '../../src/domain/model.ts';
import { percentileInterval, resamples } from '../../src/labelQuality/bootstrap.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';
import { readArguments } from '../arguments.ts';
import { cacheOption } from './cacheOption.ts';
import { shippedModel } from './features.ts';
import { fitProblem } from './fitProblem.ts';
import { measureProbabilities } from './measures.ts';
import {
  OTHER_NOISE,
  type OtherFaces,
  type OtherNoise,
  problemOfFaces,
  readOtherFaces,
  sampleOf,
  withNoise,
} from './otherFaces.ts';
import { peerRankings } from './peers.ts';

const { values, positionals } = readArguments(
  'bench/flags/otherDatasets.ts OTHER_FOLDER [--cache FOLDER] [--seeds 3] [--only NAME] [--quick] [--framed] [--views unsure]',
  {
    ...cacheOption,
    seeds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    framed: { type: 'boolean', default: false },
    views: { type: 'string', default: DEFAULT_VIEWS },
  },
);
const [folder] = positionals as [string];
const RATES = values.quick ? [0.1, 0.2] : [0.05, 0.1, 0.2, 0.3];
const ROUNDS = 100;
const model = shippedModel.metadata;

const sets = await readOtherFaces(folder, values.cache, {
  only: values.only,
  framed: values.framed,
  views: z.enum(IMAGE_VIEWS).parse(values.views),
});
const chosen = [...sets.flatMap((faces) => [...new Set([sampleOf(faces), faces])])].filter(({ name }) =>
  name.includes(values.only),
);

console.log(
  '| faces | noise | AUPRC ours (95 %) | cleanlab, base model | cleanlab, tuned model | calibration error | flagged | wrong |',
);
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
for (const faces of chosen) {
  await report(faces, 'as published', () => faces.truths, 1);
  for (const kind of OTHER_NOISE) {
    for (const rate of RATES) {
      await report(
        faces,
        `${kind} ${100 * rate} %`,
        (seed) => withNoise(faces, kind as OtherNoise, rate, seed),
        Number(values.seeds),
      );
    }
  }
}

async function report(faces: OtherFaces, noise: string, labelsOf: (seed: number) => number[], seeds: number) {
  const rows: Awaited<ReturnType<typeof measure>>[] = [];
  for (let seed = 1; seed <= seeds; seed++) rows.push(await measure(faces, labelsOf(seed)));
  const mean = (key: 'ours' | 'base' | 'tuned' | 'calibrationError' | 'flagged' | 'wrong' | 'low' | 'high') =>
    rows.reduce((sum, row) => sum + row[key], 0) / rows.length;
  const cells =
    noise === 'as published'
      ? ['', '', '']
      : [
          `${mean('ours').toFixed(3)} (${mean('low').toFixed(3)} to ${mean('high').toFixed(3)})`,
          mean('base').toFixed(3),
          mean('tuned').toFixed(3),
        ];
  console.log(
    `| ${[faces.name, noise, ...cells, mean('calibrationError').toFixed(3), `${(100 * mean('flagged')).toFixed(1)} %`, `${(100 * mean('wrong')).toFixed(1)} %`].join(' | ')} |`,
  );
}

async function measure(faces: OtherFaces, labels: number[]) {
  const problem = problemOfFaces(faces, labels);
  const fitted = await fitProblem(problem, model, { subjects: faces.subjects });
  const wrong = labels.map((label, image) => label !== faces.truths[image]);
  const scores = Array.from(fitted.ranked.wrong, (value) => (Number.isNaN(value) ? 0 : value));
  const { auprc, calibrationError } = measureProbabilities(scores, wrong);
  const best = (distributions: ArrayLike<number>[]) =>
    Math.max(
      ...peerRankings(labels, distributions).map(
        ({ values: ranked }) => new Ranking(Array.from(ranked), wrong).measure().averagePrecision ?? 0,
      ),
    );
  const classes = faces.classNames.length;
  const ofTuned = labels.map(
    (_, image) =>
      fitted.tuned?.primary.subarray(image * classes, (image + 1) * classes) ?? new Float32Array(classes),
  );
  const ranking = new Ranking(scores, wrong);
  const interval = percentileInterval(
    [...resamples(labels.length, ROUNDS, 1)].map((weights) => ranking.measure(weights).averagePrecision ?? 0),
  );
  return {
    ours: auprc,
    low: interval?.low ?? 0,
    high: interval?.high ?? 0,
    calibrationError,
    base: Math.max(best(problem.primary), best(problem.corrected)),
    tuned: best(ofTuned),
    flagged: scores.filter((score) => score >= 0.5).length / scores.length,
    wrong: wrong.filter(Boolean).length / wrong.length,
  };
}
