/**
 * Learns the weights of the flag score anew, for the model that is in models/ now.
 *
 *   node bench/flags/learn.ts FER_FOLDER [--cache FOLDER]
 *
 * FER_FOLDER holds images.zip, labels.csv and splits.csv. Only images of role `dev` are used: FER2013's own labels
 * against the truth, and the truth with wrong labels injected. Writes src/shared/wrongLabel.weights.json.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrateReading } from '../../src/shared/calibratedReading.ts';
import { expectedCalibrationError, reliabilityBins } from '../../src/shared/calibration.ts';
import { learnNoise } from '../../src/shared/learnNoise.ts';
import { estimateErrorRate, weighEvidence } from '../../src/shared/noiseModel.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { averagePrecision } from '../../src/shared/ranking.ts';
import { logit, type WrongLabelWeights } from '../../src/shared/wrongLabel.ts';
import { learnExponents } from './exponents.ts';
import { fitLogistic, type LogisticRow, probabilityOf } from './logistic.ts';
import {
  injectedProblems,
  overClasses,
  type Problem,
  readFer,
  realProblem,
  wrongLabels,
} from './problems.ts';

const SEEDS = [1, 2, 3, 4, 5];
/** Share of the real labels in the fit; each injected problem has an equal part of the rest. */
const REAL_SHARE = 0.2;
const FOLDS = 5;
const OUT = resolve(import.meta.dirname, '../../src/shared/wrongLabel.weights.json');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { cache: { type: 'string', default: join(tmpdir(), 'grefel-bench') } },
});
const [ferFolder] = positionals;
if (ferFolder === undefined) {
  console.error('usage: node bench/flags/learn.ts FER_FOLDER [--cache FOLDER]');
  process.exit(2);
}

const fer = await readFer(ferFolder, values.cache);
const real = realProblem(fer, 'dev');
const injected = injectedProblems(fer, 'dev', SEEDS);
const exponents = learnExponents(fer, real);
const tasks = [real, ...injected].map((problem) => ({
  name: problem.name,
  rows: rowsOf(problem, exponents),
}));
const weightOf = (index: number) => (index === 0 ? REAL_SHARE : (1 - REAL_SHARE) / injected.length);
const all = tasks.flatMap(({ rows }, index) =>
  rows.map((row) => ({ ...row, weight: weightOf(index) / rows.length })),
);

// Cross-validated by image, so that no image is judged by weights that saw it under any label.
const random = seededRandom(7);
const foldOf = new Map<string, number>();
for (const { image } of all) if (!foldOf.has(image)) foldOf.set(image, Math.floor(random() * FOLDS));
const fits = Array.from({ length: FOLDS }, (_, fold) =>
  fitLogistic(all.filter(({ image }) => foldOf.get(image) !== fold)),
);
const held = (row: Omit<Row, 'weight'>) =>
  probabilityOf(row.features, fits[foldOf.get(row.image) ?? 0] as (typeof fits)[number]);
const quality = new Map<string, { averagePrecision: number[]; calibrationError: number[] }>();
for (const { name, rows } of tasks) {
  const probabilities = rows.map(held);
  const truth = rows.map(({ positive }) => positive);
  const entry = quality.get(name) ?? { averagePrecision: [], calibrationError: [] };
  entry.averagePrecision.push(averagePrecision(probabilities, truth) ?? 0);
  entry.calibrationError.push(expectedCalibrationError(reliabilityBins(probabilities, truth)) ?? 0);
  quality.set(name, entry);
}

const fit = fitLogistic(all);
const [against, prior] = fit.weights.map(round);
const mean = (list: number[]) => round(list.reduce((sum, value) => sum + value, 0) / list.length);
const crossValidated = Object.fromEntries(
  [...quality].map(([name, { averagePrecision, calibrationError }]) => [
    name,
    { auprc: mean(averagePrecision), calibrationError: mean(calibrationError) },
  ]),
);
writeFileSync(
  OUT,
  `${JSON.stringify(
    {
      exponents: {
        ...exponents,
        corrected: round(exponents.corrected),
        attentive: round(exponents.attentive),
        alone: round(exponents.alone),
      },
      intercept: round(fit.intercept),
      against,
      prior,
      provenance: {
        script: 'bench/flags/learn.ts',
        learntOn: new Date().toISOString().slice(0, 10),
        model: `${fer.model.name} ${fer.model.version}`,
        modelSha256: fer.modelSha256,
        data: 'FER2013 and FER+, role dev; FER2013 labels, and FER+ labels with injected noise',
        images: real.labels.length,
        problems: tasks.length,
        seeds: SEEDS.join(', '), // a list would be written on several lines, which the formatter refuses
        crossValidated,
      },
    },
    null,
    2,
  )}\n`,
);
console.log({ exponents, ...fit });
console.table(crossValidated);

type Row = LogisticRow & { image: string };

function rowsOf(problem: Problem, exponents: WrongLabelWeights['exponents']): Omit<Row, 'weight'>[] {
  const { labels, readings, classNames } = problem;
  const classes = classNames.length;
  const over = overClasses(classNames, fer.model);
  const wrong = wrongLabels(problem);
  const calibrated = readings.map((reading) => over(calibrateReading(reading, fer.model, { exponents })));
  const distributions = Float64Array.from(calibrated.flatMap((row) => [...row]));
  const rates = learnNoise({ distributions, labels, classes });
  const priorLogit = logit(estimateErrorRate(distributions, labels, classes));
  return labels.map((label, index) => {
    const evidence = weighEvidence(calibrated[index] as Float64Array, label, rates);
    return {
      image: (readings[index] as (typeof readings)[number]).image,
      features: [evidence.against, priorLogit],
      positive: wrong[index] as boolean,
    };
  });
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
