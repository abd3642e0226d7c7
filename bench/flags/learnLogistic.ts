import { expectedCalibrationError, reliabilityBins } from '../../src/labelQuality/calibration.ts';
import { logit } from '../../src/labelQuality/logit.ts';
import {
  estimateErrorRate,
  type NoiseRates,
  type NoisyEvidence,
  weighEvidence,
} from '../../src/labelQuality/noiseModel.ts';
import { seededRandom } from '../../src/labelQuality/random.ts';
import { Ranking } from '../../src/labelQuality/ranking.ts';
import type { WrongLabelWeights } from '../../src/labelQuality/wrongLabel.ts';
import { fitLogistic, type LogisticFit, type LogisticRow, probabilityOf } from './logistic.ts';
import { type Problem, wrongLabels } from './problems.ts';

/** Share of the real labels, which are the first task, in the fit; each other task has an equal part of the rest. */
const REAL_SHARE = 0.2;
const FOLDS = 5;

export interface Task {
  name: string;
  rows: (Omit<LogisticRow, 'weight'> & { image: string })[];
}

export interface LearnedLogistic {
  weights: WrongLabelWeights['model'];
  /** By the tasks' names; of a name's tasks the mean. */
  crossValidated: Record<string, { auprc: number; calibrationError: number }>;
}

/**
 * The inputs of wrongLabel.ts for a problem, and the truth. @param distributions [N*L] that labels are scored
 * by
 */
export function taskOf(problem: Problem, distributions: ArrayLike<number>, rates: NoiseRates): Task {
  const { name, labels, predictions, classNames } = problem;
  const classes = classNames.length;
  const wrong = wrongLabels(problem);
  const priorLogit = logit(estimateErrorRate(distributions, labels, classes));
  return {
    name,
    rows: labels.map((label, index) => {
      const row = Float64Array.from(
        { length: classes },
        (_, c) => distributions[index * classes + c] as number,
      );
      return {
        image: (predictions[index] as (typeof predictions)[number]).image,
        features: featuresOf(weighEvidence(row, label, rates), priorLogit),
        positive: wrong[index] as boolean,
      };
    }),
  };
}

function featuresOf({ against, byImage }: NoisyEvidence, priorLogit: number): number[] {
  return [against, byImage, priorLogit];
}

/** Minus the mean log likelihood of which labels are wrong, with weights learned from the same tasks. */
export function lossOfLogistic(tasks: readonly Task[]): number {
  const rows = weighTasks(tasks);
  const fit = fitLogistic(rows);
  return rows.reduce((loss, { features, positive, weight }) => {
    const probability = probabilityOf(features, fit);
    return loss - weight * Math.log(positive ? probability : 1 - probability);
  }, 0);
}

function weighTasks(tasks: readonly Task[]): (LogisticRow & { image: string })[] {
  return tasks.flatMap(({ rows }, index) => {
    const share = index === 0 ? REAL_SHARE : (1 - REAL_SHARE) / (tasks.length - 1);
    return rows.map((row) => ({ ...row, weight: share / rows.length }));
  });
}

/** Cross-validated by image: no image is scored by weights that were learned from it under any label. */
export function learnLogistic(tasks: readonly Task[]): LearnedLogistic {
  const all = weighTasks(tasks);
  const random = seededRandom(7);
  const foldOf = new Map<string, number>();
  for (const { image } of all) if (!foldOf.has(image)) foldOf.set(image, Math.floor(random() * FOLDS));
  const fits = Array.from({ length: FOLDS }, (_, fold) =>
    fitLogistic(all.filter(({ image }) => foldOf.get(image) !== fold)),
  );
  const predictHeldOut = ({ image, features }: Task['rows'][number]) =>
    probabilityOf(features, fits[foldOf.get(image) ?? 0] as LogisticFit);
  const measured = tasks.map(({ name, rows }) => {
    const [probabilities, truth] = [rows.map(predictHeldOut), rows.map(({ positive }) => positive)];
    return {
      name,
      auprc: new Ranking(probabilities, truth).measure().averagePrecision ?? 0,
      calibrationError: expectedCalibrationError(reliabilityBins(probabilities, truth)) ?? 0,
    };
  });
  const { intercept, weights } = fitLogistic(all);
  const [against = 0, byImage = 0, prior = 0] = weights;
  return {
    weights: {
      intercept: round(intercept),
      against: round(against),
      byImage: round(byImage),
      prior: round(prior),
    },
    crossValidated: Object.fromEntries(
      [...Map.groupBy(measured, ({ name }) => name)].map(([name, list]) => [
        name,
        {
          auprc: mean(list.map(({ auprc }) => auprc)),
          calibrationError: mean(list.map(({ calibrationError }) => calibrationError)),
        },
      ]),
    ),
  };
}

export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function mean(list: readonly number[]): number {
  return round(list.reduce((sum, value) => sum + value, 0) / list.length);
}
