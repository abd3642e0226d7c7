/**
 * What more views of an image bring: accuracy and log loss of the calibrated prediction, and the current
 * score, by the base model alone. Role `dev`.
 *
 *   npx node bench/flags/views.ts FER_FOLDER [--cache FOLDER]
 */
import { IMAGE_VIEWS } from '../../src/domain/model.ts';
import { rankLabels } from '../../src/labelQuality/rankLabels.ts';
import { ferArguments } from './ferArguments.ts';
import { meanOf, measureProbabilities } from './measures.ts';
import {
  calibratedRows,
  type FerPredictions,
  injectedProblems,
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
  const ofReal = scoreProblem(fer, real);
  const injected = Map.groupBy(
    injectedProblems(fer, 'dev', SEEDS),
    ({ name }) => name.split(' ')[0] as string,
  );
  console.log(`views ${views}: ${predictionOf(real, fer)}`);
  console.table({
    'FER2013 labels, all': measure([ofReal]),
    'FER2013 labels, certain': measure([
      { probabilities: certain(ofReal.probabilities), wrong: certain(ofReal.wrong.map(Number)).map(Boolean) },
    ]),
    ...Object.fromEntries(
      [...injected].map(([name, problems]) => [
        name,
        measure(problems.map((problem) => scoreProblem(fer, problem))),
      ]),
    ),
  });
}

interface Scored {
  probabilities: number[];
  wrong: boolean[];
}

function predictionOf(problem: Problem, fer: FerPredictions): string {
  let [right, loss] = [0, 0];
  const rows = calibratedRows(problem, fer.model);
  const known = rows.filter((_, image) => (problem.truths[image] as number) >= 0);
  for (const [image, row] of rows.entries()) {
    const share = row[problem.truths[image] as number];
    if (share === undefined) continue;
    if (share === Math.max(...row)) right++;
    loss -= Math.log(share);
  }
  const repeated = problem.predictions.filter(
    ({ embedding }, image) => embedding[0] !== problem.plainPredictions[image]?.embedding[0],
  );
  return (
    `accuracy ${(right / known.length).toFixed(4)}, log loss ${(loss / known.length).toFixed(4)}, ` +
    `${(repeated.length / rows.length).toFixed(2)} of the images predicted more than once`
  );
}

function scoreProblem(fer: FerPredictions, problem: Problem): Scored {
  const { labels, classNames } = problem;
  const distributions = calibratedRows(problem, fer.model).flatMap((row) => [...row]);
  const tunedShare = classNames.map(() => 0);
  const ranked = rankLabels({ distributions, labels, classes: classNames.length, tunedShare });
  return { probabilities: [...ranked.wrong], wrong: wrongLabels(problem) };
}

/** Means over several draws of labels. */
function measure(draws: Scored[]) {
  const all = draws.map(({ probabilities, wrong }) => {
    const { auprc, precision, calibrationError } = measureProbabilities(probabilities, wrong);
    return { AUPRC: auprc, 'precision at #errors': precision, 'calibration error': calibrationError };
  });
  return meanOf(all, 4);
}
