/**
 * Learns the weights of the flag score anew, for the model that is in models/ now.
 *
 *   node bench/flags/learn.ts FER_FOLDER [--cache FOLDER]
 *
 * FER_FOLDER holds images.zip, labels.csv and splits.csv. Only images of role `dev` are used: FER2013's own labels
 * against the truth, and the truth with wrong labels injected, each judged by the model and by a head that is
 * fitted to the labels alone. Writes src/shared/wrongLabel.weights.json.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { calibrateReading } from '../../src/shared/calibratedReading.ts';
import { learnNoise } from '../../src/shared/learnNoise.ts';
import { learnExponents } from './exponents.ts';
import { learnLogistic, round, type Task, taskOf } from './learnLogistic.ts';
import { fitProblem } from './methods.ts';
import { injectedProblems, overClasses, type Problem, readFer, realProblem } from './problems.ts';

const SEEDS = [1, 2, 3, 4, 5];
/** A fit takes its time. */
const SEEDS_OF_HEADS = [1, 2];
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
const exponents = learnExponents(fer, real);
const byModel = [real, ...injectedProblems(fer, 'dev', SEEDS)].map(judgedByModel);
const byHead: Task[] = [];
for (const problem of [real, ...injectedProblems(fer, 'dev', SEEDS_OF_HEADS)]) {
  byHead.push(await judgedByHead(problem));
}
const [model, head] = [learnLogistic(byModel), learnLogistic(byHead)];
const weights = {
  exponents: {
    ...exponents,
    corrected: round(exponents.corrected),
    attentive: round(exponents.attentive),
    alone: round(exponents.alone),
  },
  model: model.weights,
  head: head.weights,
};
const provenance = {
  script: 'bench/flags/learn.ts',
  learntOn: new Date().toISOString().slice(0, 10),
  model: exponents.learntFrom,
  modelSha256: fer.modelSha256,
  data: 'FER2013 and FER+, role dev; FER2013 labels, and FER+ labels with injected noise',
  images: real.labels.length,
  // A list would be written on several lines, which the formatter refuses.
  seeds: SEEDS.join(', '),
  seedsOfHeads: SEEDS_OF_HEADS.join(', '),
  crossValidated: { model: model.crossValidated, head: head.crossValidated },
};
writeFileSync(OUT, `${JSON.stringify({ ...weights, provenance }, null, 2)}\n`);
console.log(weights);
console.table(model.crossValidated);
console.table(head.crossValidated);

function judgedByModel(problem: Problem): Task {
  const { labels, readings, classNames } = problem;
  const over = overClasses(classNames, fer.model);
  const distributions = Float64Array.from(
    readings.flatMap((reading) => [...over(calibrateReading(reading, fer.model, { exponents }))]),
  );
  return taskOf(problem, distributions, learnNoise({ distributions, labels, classes: classNames.length }));
}

async function judgedByHead(problem: Problem): Promise<Task> {
  const { pooled, ranked } = await fitProblem(problem, fer.model, { nameless: true, withoutModel: true });
  return taskOf(problem, pooled.distributions, ranked.rates);
}
