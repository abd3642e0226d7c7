/**
 * How far the probability of a wrong label holds with models that it was not made for: GReFEL's primary distribution,
 * made surer and less sure than it is, as predictions of a model of the user's own would be. Role `dev`, no head.
 *
 *   npx node bench/flags/otherModels.ts FER_FOLDER [--cache FOLDER]
 */
import { powerOfOtherModel } from '../../src/shared/calibratedReading.ts';
import { raiseRows } from '../../src/shared/likeliestPower.ts';
import { rankLabels } from '../../src/shared/rankLabels.ts';
import { ferArguments } from './ferArguments.ts';
import { meanOf, measureProbabilities } from './measures.ts';
import { injectedProblems, type Problem, readFer, realProblem, wrongLabels } from './problems.ts';

/** Powers that the distribution is made surer by. */
const SURER = [0.5, 1, 2, 3];

const { ferFolder, cache } = ferArguments('otherModels.ts');
const fer = await readFer(ferFolder, cache);
const problems = [realProblem(fer, 'dev'), ...injectedProblems(fer, 'dev', [1, 2])];
for (const surer of SURER) {
  const measured = [...Map.groupBy(problems, ({ name }) => name)].map(([labels, list]) => {
    const all = list.map((problem) => measure(problem, surer));
    return { labels, ...meanOf(all, 3) };
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
    return measureProbabilities(ranked.wrong, wrong);
  };
  const [asIs, byTheLabels] = [by(said), by(raiseRows(said, classes, power))];
  return {
    'AUPRC as it is': asIs.auprc,
    'AUPRC by the labels': byTheLabels.auprc,
    'calibration error as it is': asIs.calibrationError,
    'calibration error by the labels': byTheLabels.calibrationError,
  };
}
