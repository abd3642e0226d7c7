/**
 * How often the intervals of the noise transition matrix contain the true rates: ours, and confident learning's counts with
 * Wilson's interval, by the model alone, on role `dev`.
 *
 *   npx node bench/flags/noiseMatrix.ts FER_FOLDER [--cache FOLDER]
 */
import { calibratePrediction } from '../../src/labelQuality/calibratedPrediction.ts';
import { calibrateJoint, confidentJoint } from '../../src/labelQuality/confidentLearning.ts';
import { noiseRates } from '../../src/labelQuality/expectedJoint.ts';
import { type Interval, wilsonInterval } from '../../src/labelQuality/intervals.ts';
import { rankLabels } from '../../src/labelQuality/rankLabels.ts';
import { ferArguments } from './ferArguments.ts';
import { injectedProblems, overClasses, type Problem, readFer, realProblem } from './problems.ts';

const { ferFolder, cache } = ferArguments('noiseMatrix.ts');
const fer = await readFer(ferFolder, cache);
const problems = [realProblem(fer, 'dev'), ...injectedProblems(fer, 'dev', [1, 2, 3, 4, 5])];
const measured = [...Map.groupBy(problems, ({ name }) => name)].map(([name, list]) => {
  const coverages = list.map((problem) => ({
    ours: coverage(problem, ourMatrix(problem)),
    confident: coverage(problem, confidentMatrix(problem)),
  }));
  const share = (of: 'ours' | 'confident', key: 'kept' | 'confused') =>
    Number((coverages.reduce((sum, one) => sum + one[of][key], 0) / coverages.length).toFixed(2));
  return {
    labels: name,
    'ours, kept': share('ours', 'kept'),
    'ours, confused': share('ours', 'confused'),
    'confident learning, kept': share('confident', 'kept'),
    'confident learning, confused': share('confident', 'confused'),
  };
});
console.table(measured);

type NoiseMatrix = (Interval | null)[][];

function ourMatrix({ labels, classNames, predictions }: Problem): NoiseMatrix {
  const over = overClasses(classNames, fer.model);
  const distributions = predictions.flatMap((prediction) => [
    ...over(calibratePrediction(prediction, fer.model)),
  ]);
  const tunedShare = classNames.map(() => 0);
  return noiseRates(rankLabels({ distributions, labels, classes: classNames.length, tunedShare }).joint);
}

function confidentMatrix({ labels, classNames, corrected }: Problem): NoiseMatrix {
  const data = { labels, probabilities: corrected, classes: classNames.length };
  const joint = calibrateJoint(confidentJoint(data), labels);
  return joint.map((row) =>
    row.map((count, truth) =>
      wilsonInterval(
        count,
        joint.reduce((sum, other) => sum + (other[truth] ?? 0), 0),
      ),
    ),
  );
}

/** Share of the cells whose interval contains the true rate. */
function coverage({ labels, truths, classNames }: Problem, rates: NoiseMatrix) {
  const cells = rates.flatMap((row, given) =>
    row.map((rate, truth) => {
      const ofTruth = labels.filter((_, image) => truths[image] === truth);
      const real = ofTruth.filter((label) => label === given).length / Math.max(1, ofTruth.length);
      return { kept: given === truth, held: rate !== null && rate.low <= real && real <= rate.high };
    }),
  );
  const share = (kept: boolean) => {
    const those = cells.filter((cell) => cell.kept === kept);
    return those.filter(({ held }) => held).length / Math.max(1, those.length);
  };
  return { kept: share(true), confused: classNames.length > 1 ? share(false) : 1 };
}
