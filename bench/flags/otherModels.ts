/**
 * How well the wrong-label probability works for models that it was not calibrated with: GReFEL's primary
 * distribution, made more and less confident than it is, as predictions of a user's own model might be. Role
 * `dev`, no tuned model.
 *
 *   npx node bench/flags/otherModels.ts FER_FOLDER [--cache FOLDER]
 */
import { inverseTemperatureOfOtherModel } from '../../src/labelQuality/calibratedPrediction.ts';
import { rankLabels } from '../../src/labelQuality/rankLabels.ts';
import { temperRows } from '../../src/labelQuality/temperatureScaling.ts';
import { ferArguments } from './ferArguments.ts';
import { meanOf, measureProbabilities } from './measures.ts';
import { injectedProblems, type Problem, readFer, realProblem, wrongLabels } from './problems.ts';

/** Inverse temperatures that make the distribution more or less confident. */
const INVERSE_TEMPERATURES = [0.5, 1, 2, 3];

const { ferFolder, cache } = ferArguments('otherModels.ts');
const fer = await readFer(ferFolder, cache);
const problems = [realProblem(fer, 'dev'), ...injectedProblems(fer, 'dev', [1, 2])];
for (const applied of INVERSE_TEMPERATURES) {
  const measured = [...Map.groupBy(problems, ({ name }) => name)].map(([labels, list]) => {
    const all = list.map((problem) => measure(problem, applied));
    return { labels, ...meanOf(all, 3) };
  });
  console.log(`the primary distribution at inverse temperature ${applied}`);
  console.table(measured);
}

function measure(problem: Problem, applied: number) {
  const { labels, classNames, primary } = problem;
  const classes = classNames.length;
  const wrong = wrongLabels(problem);
  const distributions = temperRows(
    primary.flatMap((row) => [...row]),
    classes,
    applied,
  );
  const learned = inverseTemperatureOfOtherModel({ distributions, labels, classes });
  const tunedShare = classNames.map(() => 0);
  const measureRows = (rows: Float32Array) => {
    const ranked = rankLabels({ distributions: rows, labels, classes, tunedShare });
    return measureProbabilities(ranked.wrong, wrong);
  };
  const [asIs, byTheLabels] = [
    measureRows(distributions),
    measureRows(temperRows(distributions, classes, learned)),
  ];
  return {
    'AUPRC as it is': asIs.auprc,
    'AUPRC by the labels': byTheLabels.auprc,
    'calibration error as it is': asIs.calibrationError,
    'calibration error by the labels': byTheLabels.calibrationError,
  };
}
