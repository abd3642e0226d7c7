/**
 * Learns the weights of the flag score for the model that is in models/ now.
 *
 *   npx node bench/flags/learn.ts FER_FOLDER [--cache FOLDER]
 *
 * FER_FOLDER holds images.zip, labels.csv and splits.csv. Only images of role `dev` are used: FER2013's own
 * labels against the truth, and the truth with injected errors, each scored by the model and by a tuned model that
 * is fitted to the labels alone; and the same images changed so that they are unlike the training images.
 * Writes src/labelQuality/wrongLabel.weights.json.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DEFAULT_VIEWS } from '../../src/domain/model.ts';
import { learnNoise } from '../../src/labelQuality/learnNoise.ts';
import { fitInverseTemperature, temperRows } from '../../src/labelQuality/temperatureScaling.ts';
import { CHANGES, readChanged } from './changes.ts';
import { learnDistance } from './distance.ts';
import { learnExponents, minimise } from './exponents.ts';
import { ferArguments } from './ferArguments.ts';
import { fitProblem } from './fitProblem.ts';
import { learnLogistic, lossOfLogistic, round, type Task, taskOf } from './learnLogistic.ts';
import { calibratedRows, injectedProblems, type Problem, readFer, realProblem } from './problems.ts';

const SEEDS = [1, 2, 3, 4, 5];
/** Fewer seeds, because a fit is slow. */
const SEEDS_OF_TUNED = [1, 2];
const OUT = resolve(import.meta.dirname, '../../src/labelQuality/wrongLabel.weights.json');

const { ferFolder, cache } = ferArguments('learn.ts');
const fer = await readFer(ferFolder, cache);
const real = realProblem(fer, 'dev');
const ofModel = learnExponents(fer, real);
const changed: Problem[] = [];
for (const change of CHANGES.learned) {
  changed.push(realProblem(await readChanged(ferFolder, cache, 'dev', change), 'dev'));
}
const distance = learnDistance(fer, ofModel, real, changed);
const model = learnLogistic([real, ...injectedProblems(fer, 'dev', SEEDS)].map(rankedByModel));
const tunedModels: { problem: Problem; rows: Float32Array; inverseTemperature: number }[] = [];
for (const problem of [real, ...injectedProblems(fer, 'dev', SEEDS_OF_TUNED)]) {
  const fitted = await fitProblem(problem, fer.model, { nameless: true, withoutModel: true });
  const rows = fitted.pooled.distributions;
  const { labels, classNames } = problem;
  const inverseTemperature = fitInverseTemperature({
    distributions: rows,
    labels,
    classes: classNames.length,
  });
  tunedModels.push({ problem, rows, inverseTemperature });
}
const ofTuned = minimise(0.3, 1.2, (candidate) => lossOfLogistic(rankedByTuned(candidate)), 0.03).at;
const tuned = learnLogistic(rankedByTuned(ofTuned));
const weights = {
  exponents: {
    ...ofModel,
    corrected: round(ofModel.corrected),
    attentive: round(ofModel.attentive),
    alone: round(ofModel.alone),
    tuned: round(ofTuned),
    distance: { usual: round(distance.usual), slope: round(distance.slope) },
  },
  model: model.weights,
  tuned: tuned.weights,
};
const provenance = {
  script: 'bench/flags/learn.ts',
  learntOn: new Date().toISOString().slice(0, 10),
  model: ofModel.learntFrom,
  modelSha256: fer.modelSha256,
  views: DEFAULT_VIEWS,
  data: 'FER2013 and FER+, role dev; FER2013 labels, and FER+ labels with injected noise; changed images',
  images: real.labels.length,
  // A list would be written on several lines, which the formatter refuses.
  seeds: SEEDS.join(', '),
  seedsOfTuned: SEEDS_OF_TUNED.join(', '),
  crossValidated: { model: model.crossValidated, tuned: tuned.crossValidated },
};
writeFileSync(OUT, `${JSON.stringify({ ...weights, provenance }, null, 2)}\n`);
console.log(weights);
console.table(model.crossValidated);
console.table(tuned.crossValidated);

function rankedByModel(problem: Problem): Task {
  const rows = calibratedRows(problem, fer.model, { exponents: ofModel });
  return rankedBy(problem, Float64Array.from(rows.flatMap((row) => [...row])));
}

/** By tuned models at this inverse temperature at least, as calibrateTuned does. */
function rankedByTuned(least: number): Task[] {
  return tunedModels.map(({ problem, rows, inverseTemperature }) =>
    rankedBy(problem, temperRows(rows, problem.classNames.length, Math.max(least, inverseTemperature))),
  );
}

function rankedBy(problem: Problem, distributions: ArrayLike<number>): Task {
  const { labels, classNames } = problem;
  return taskOf(problem, distributions, learnNoise({ distributions, labels, classes: classNames.length }));
}
