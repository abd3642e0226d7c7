import type { AdaptedFit } from '../../labelQuality/describeAdaptation.ts';
import { noiseRates } from '../../labelQuality/expectedJoint.ts';
import { type Interval, rescale } from '../../labelQuality/intervals.ts';
import type { ProjectFile } from '../project/index.ts';
import { auditEvidence, readReviewIndex } from '../review/index.ts';
import { readLabelFit } from '../tune/index.ts';
import { ErrorsLeft } from './errorsLeft.ts';
import type { NoiseEstimate, NoiseEstimator } from './noiseEstimates.ts';

/**
 * The quality of a dataset's labels, as far as it is known. Classes are the dataset's names; intervals are 95
 * %.
 */
export interface LabelQuality {
  all: QualityOfLabels;
  classes: (QualityOfLabels & {
    name: string;
    /**
     * Wrong labels as confident learning counts them, and the weight of the tuned model; null before a fit.
     */
    confidentLearning: number | null;
    tunedShare: number | null;
  })[];
  /** P(given | true); null before a fit, and the rate of a class that no image is likely to be. */
  noise: { truth: string; given: string; rate: Interval | null }[] | null;
  /** Whose predictions count, and why; null before a fit. */
  fit: AdaptedFit | null;
}

interface QualityOfLabels {
  /** Scanned, with a label that can be checked. */
  images: number;
  /** Likely wrong ones, those that were found included. */
  wrong: Interval;
  /** Share of likely right ones; null without images. */
  quality: Interval | null;
  estimatedFrom: NoiseEstimate['estimatedFrom'];
}

export function measureLabelQuality(project: ProjectFile): LabelQuality {
  const classNames = project.dataset.classes();
  const index = readReviewIndex(project);
  const evidence = auditEvidence(index, project.audits.all());
  const errors = new ErrorsLeft(index, evidence);
  const ofClass = classNames.map(() => errors.amongSome());
  for (let row = 0; row < index.size; row++) ofClass[index.given[row] as number]?.add(row);
  const fit = readLabelFit(project);
  return {
    all: qualityOf(errors.total),
    classes: classNames.map((name, label) => {
      const counted = fit?.confidentJoint[label];
      const total = counted?.reduce((sum, count) => sum + count, 0) ?? 0;
      return {
        name,
        ...qualityOf((ofClass[label] as NoiseEstimator).result()),
        confidentLearning: counted === undefined ? null : total - (counted[label] ?? 0),
        tunedShare: fit?.tunedShare[label] ?? null,
      };
    }),
    noise: fit?.joint == null ? null : namedRates(noiseRates(fit.joint), classNames),
    fit: fit && {
      adaptation: fit.adaptation,
      agreement: fit.agreement,
      embeddingDistance: fit.embeddingDistance,
      classMap: fit.classMap,
    },
  };
}

function qualityOf({ scored, estimated, estimatedFrom }: NoiseEstimate): QualityOfLabels {
  const share = scored === 0 ? null : rescale(estimated, 0, scored);
  const quality =
    share === null ? null : { estimate: 1 - share.estimate, low: 1 - share.high, high: 1 - share.low };
  return { images: scored, wrong: estimated, quality, estimatedFrom };
}

function namedRates(rates: (Interval | null)[][], classNames: readonly string[]) {
  return classNames.flatMap((truth, column) =>
    classNames.map((given, row) => ({ truth, given, rate: rates[row]?.[column] ?? null })),
  );
}
