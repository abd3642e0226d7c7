/**
 * What further views of an image bring: accuracy and log loss of the calibrated reading, and the score of this very moment,
 * by the model alone. Role `dev`.
 *
 *   npx node bench/flags/views.ts FER_FOLDER [--cache FOLDER]
 */
import { calibrateReading } from '../../src/shared/calibratedReading.ts';
import { expectedCalibrationError, reliabilityBins } from '../../src/shared/calibration.ts';
import { IMAGE_VIEWS } from '../../src/shared/model.ts';
import { Ranking } from '../../src/shared/ranking.ts';
import { rankLabels } from '../../src/shared/rankLabels.ts';
import { ferArguments } from './ferArguments.ts';
import {
  type FerReadings,
  injectedProblems,
  overClasses,
  type Problem,
  readFer,
  realProblem,
  wrongLabels,
} from './problems.ts';

const SEEDS = [1, 2, 3, 4, 5];

const { ferFolder, cache } = ferArguments('views.ts');
for (const views of IMAGE_VIEWS) {
  const fer = await readFer(ferFolder, cache, views);
  const real = realProblem(fer, 'dev');
  const certain = (values: ArrayLike<number>) => Array.from(values).filter((_, image) => real.certain[image]);
  const ofReal = judge(fer, real);
  const injected = Map.groupBy(
    injectedProblems(fer, 'dev', SEEDS),
    ({ name }) => name.split(' ')[0] as string,
  );
  console.log(`views ${views}: ${readingOf(real, fer)}`);
  console.table({
    'FER2013 labels, all': measure([ofReal]),
    'FER2013 labels, certain': measure([
      { probabilities: certain(ofReal.probabilities), wrong: certain(ofReal.wrong.map(Number)).map(Boolean) },
    ]),
    ...Object.fromEntries(
      [...injected].map(([name, problems]) => [
        name,
        measure(problems.map((problem) => judge(fer, problem))),
      ]),
    ),
  });
}

interface Judged {
  probabilities: number[];
  wrong: boolean[];
}

function rowsOf({ classNames, readings }: Problem, { model }: FerReadings): Float64Array[] {
  const over = overClasses(classNames, model);
  return readings.map((reading) => over(calibrateReading(reading, model)));
}

function readingOf(problem: Problem, fer: FerReadings): string {
  let [right, loss] = [0, 0];
  const rows = rowsOf(problem, fer);
  const known = rows.filter((_, image) => (problem.truths[image] as number) >= 0);
  for (const [image, row] of rows.entries()) {
    const share = row[problem.truths[image] as number];
    if (share === undefined) continue;
    if (share === Math.max(...row)) right++;
    loss -= Math.log(share);
  }
  const again = problem.readings.filter(
    ({ embedding }, image) => embedding[0] !== problem.plainReadings[image]?.embedding[0],
  );
  return (
    `accuracy ${(right / known.length).toFixed(4)}, log loss ${(loss / known.length).toFixed(4)}, ` +
    `${(again.length / rows.length).toFixed(2)} of the images read more than once`
  );
}

function judge(fer: FerReadings, problem: Problem): Judged {
  const { labels, classNames } = problem;
  const distributions = rowsOf(problem, fer).flatMap((row) => [...row]);
  const headShare = classNames.map(() => 0);
  const ranked = rankLabels({ distributions, labels, classes: classNames.length, headShare });
  return { probabilities: [...ranked.wrong], wrong: wrongLabels(problem) };
}

/** Means over several draws of labels. */
function measure(draws: Judged[]) {
  const all = draws.map(({ probabilities, wrong }) => {
    const { averagePrecision, precisionAtPositives } = new Ranking(probabilities, wrong).measure();
    return {
      AUPRC: averagePrecision ?? 0,
      'precision at #errors': precisionAtPositives ?? 0,
      'calibration error': expectedCalibrationError(reliabilityBins(probabilities, wrong)) ?? 0,
    };
  });
  const mean = (key: keyof (typeof all)[number]) =>
    Number((all.reduce((sum, one) => sum + one[key], 0) / all.length).toFixed(4));
  return {
    AUPRC: mean('AUPRC'),
    'precision at #errors': mean('precision at #errors'),
    'calibration error': mean('calibration error'),
  };
}
