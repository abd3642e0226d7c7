/**
 * How the score holds on faces that are strange to the model: FER2013's images of role `dev`, changed so that it reads them
 * worse, under the same labels. Nothing was learnt from these changes (changes.ts).
 *
 *   npx node bench/flags/strange.ts FER_FOLDER [--cache FOLDER]
 */
import { expectedCalibrationError, reliabilityBins } from '../../src/shared/calibration.ts';
import { Ranking } from '../../src/shared/ranking.ts';
import { CHANGES, readChanged } from './changes.ts';
import { surenessOf } from './distance.ts';
import { ferArguments } from './ferArguments.ts';
import { fitProblem, peerRankings } from './methods.ts';
import { type FerReadings, injectedProblems, type Problem, realProblem, wrongLabels } from './problems.ts';

const SEEDS = [1, 2];
const RATE = ' 20 %';

const { ferFolder, cache } = ferArguments('strange.ts');
for (const change of CHANGES.others) {
  const fer = await readChanged(ferFolder, cache, 'dev', change);
  const real = realProblem(fer, 'dev');
  const injected = injectedProblems(fer, 'dev', SEEDS).filter(({ name }) => name.endsWith(RATE));
  const right = real.corrected.filter((row, image) => likeliest(row) === real.truths[image]);
  console.log(
    `${change.name}: accuracy ${percent(right.length / real.labels.length)}, sureness ${surenessOf(real).toFixed(2)}`,
  );
  const measured: Record<string, Record<string, number>> = {};
  for (const [name, problems] of Map.groupBy([real, ...injected], ({ name }) => name)) {
    const all: Record<string, number>[] = [];
    for (const problem of problems) all.push(await measure(problem, fer));
    measured[name] = meanOf(all);
  }
  console.table(measured);
}

async function measure(problem: Problem, { model }: FerReadings): Promise<Record<string, number>> {
  const wrong = wrongLabels(problem);
  const precisionOf = (values: ArrayLike<number>) =>
    new Ranking(Array.from(values), wrong).measure().averagePrecision ?? 0;
  const errorOf = (probabilities: ArrayLike<number>) =>
    expectedCalibrationError(reliabilityBins(Array.from(probabilities), wrong)) ?? 0;
  const [ours, asIfUsual] = [
    (await fitProblem(problem, model)).ranked.wrong,
    (await fitProblem(problem, model, { asIfUsual: true })).ranked.wrong,
  ];
  const peers = [problem.primary, problem.corrected].flatMap((rows) => peerRankings(problem.labels, rows));
  return {
    'AUPRC ours': precisionOf(ours),
    'as if usual': precisionOf(asIfUsual),
    'best peer': Math.max(...peers.map(({ values }) => precisionOf(values))),
    'calibration error ours': errorOf(ours),
    'calibration error as if usual': errorOf(asIfUsual),
  };
}

function meanOf(all: readonly Record<string, number>[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(all[0] ?? {}).map((key) => [
      key,
      Number((all.reduce((sum, one) => sum + (one[key] as number), 0) / all.length).toFixed(3)),
    ]),
  );
}

function likeliest(row: ArrayLike<number>): number {
  return Array.from(row).indexOf(Math.max(...Array.from(row)));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
