/**
 * How well the score works on faces unlike the training images: FER2013's images of role `dev`, changed so
 * that the model predicts them worse, with the same labels. Nothing was learned from these changes
 * (changes.ts).
 *
 *   npx node bench/flags/changedFaces.ts FER_FOLDER [--cache FOLDER]
 */
import { perCent } from '../../src/domain/percent.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';
import { CHANGES, readChanged } from './changes.ts';
import { inverseTemperatureOf } from './distance.ts';
import { ferArguments } from './ferArguments.ts';
import { fitProblem } from './fitProblem.ts';
import { meanOf, measureProbabilities } from './measures.ts';
import { peerRankings } from './peers.ts';
import { type FerPredictions, injectedProblems, type Problem, realProblem, wrongLabels } from './problems.ts';

const SEEDS = [1, 2];
const RATE = ' 20 %';

const { ferFolder, cache } = ferArguments('changedFaces.ts');
for (const change of CHANGES.others) {
  const fer = await readChanged(ferFolder, cache, 'dev', change);
  const real = realProblem(fer, 'dev');
  const injected = injectedProblems(fer, 'dev', SEEDS).filter(({ name }) => name.endsWith(RATE));
  const right = real.corrected.filter((row, image) => row.indexOf(Math.max(...row)) === real.truths[image]);
  console.log(
    `${change.name}: accuracy ${perCent(right.length / real.labels.length)} %, inverseTemperature ${inverseTemperatureOf(real).toFixed(2)}`,
  );
  const measured: Record<string, Record<string, number>> = {};
  for (const [name, problems] of Map.groupBy([real, ...injected], ({ name }) => name)) {
    const all: Record<string, number>[] = [];
    for (const problem of problems) all.push(await measure(problem, fer));
    measured[name] = meanOf(all, 3);
  }
  console.table(measured);
}

async function measure(problem: Problem, { model }: FerPredictions): Promise<Record<string, number>> {
  const wrong = wrongLabels(problem);
  const ours = measureProbabilities((await fitProblem(problem, model)).ranked.wrong, wrong);
  const inDistribution = measureProbabilities(
    (await fitProblem(problem, model, { inDistribution: true })).ranked.wrong,
    wrong,
  );
  const peers = [problem.primary, problem.corrected].flatMap((rows) => peerRankings(problem.labels, rows));
  return {
    'AUPRC ours': ours.auprc,
    'as if in-distribution': inDistribution.auprc,
    'best peer': Math.max(
      ...peers.map(({ values }) => new Ranking(values, wrong).measure().averagePrecision ?? 0),
    ),
    'calibration error ours': ours.calibrationError,
    'calibration error as if in-distribution': inDistribution.calibrationError,
  };
}
