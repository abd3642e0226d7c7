/**
 * How far the probability of a wrong label holds with models that it was not made for: GReFEL's primary distribution,
 * made surer and less sure than it is, as predictions of a model of the user's own would be. Role `dev`, no head.
 *
 *   npx node bench/flags/otherModels.ts FER_FOLDER [--cache FOLDER]
 */
import { powerOfOtherModel } from '../../src/shared/calibratedReading.ts';
import { expectedCalibrationError, reliabilityBins } from '../../src/shared/calibration.ts';
import { raiseRows } from '../../src/shared/likeliestPower.ts';
import { Ranking } from '../../src/shared/ranking.ts';
import { rankLabels } from '../../src/shared/rankLabels.ts';
import { ferArguments } from './ferArguments.ts';
import { injectedProblems, type Problem, readFer, realProblem, wrongLabels } from './problems.ts';

/** Powers that the distribution is made surer by. */
const SURER = [0.5, 1, 2, 3];

const { ferFolder, cache } = ferArguments('otherModels.ts');
const fer = await readFer(ferFolder, cache);
const problems = [realProblem(fer, 'dev'), ...injectedProblems(fer, 'dev', [1, 2])];
for (const surer of SURER) {
  const measured = [...Map.groupBy(problems, ({ name }) => name)].map(([labels, list]) => {
    const all = list.map((problem) => measure(problem, surer));
    const mean = (key: keyof (typeof all)[number]) =>
      Number((all.reduce((sum, one) => sum + one[key], 0) / all.length).toFixed(3));
    return {
      labels,
      'AUPRC as it is': mean('auprcAsIs'),
      'AUPRC by the labels': mean('auprc'),
      'calibration error as it is': mean('errorAsIs'),
      'calibration error by the labels': mean('error'),
    };
  });
  console.log(`the primary distribution to the power of ${surer}`);
  console.table(measured);
}

function measure(problem: Problem, surer: number) {
  const { labels, classNames, primary } = problem;
  const classes = classNames.length;
  const wrong = wrongLabels(problem);
  const said = raiseRows(
    primary.flatMap((row) => [...row]),
    classes,
    surer,
  );
  const power = powerOfOtherModel({ distributions: said, labels, classes });
  const headShare = classNames.map(() => 0);
  const by = (distributions: Float32Array) => {
    const ranked = rankLabels({ distributions, labels, classes, headShare });
    const probabilities = [...ranked.wrong];
    return {
      auprc: new Ranking(probabilities, wrong).measure().averagePrecision ?? 0,
      error: expectedCalibrationError(reliabilityBins(probabilities, wrong)) ?? 0,
    };
  };
  const [asIs, byTheLabels] = [by(said), by(raiseRows(said, classes, power))];
  return { ...byTheLabels, auprcAsIs: asIs.auprc, errorAsIs: asIs.error };
}
