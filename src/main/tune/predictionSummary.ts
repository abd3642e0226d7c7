import { setImmediate as nextTurn } from 'node:timers/promises';
import { bestOtherLabel, type LabelDistribution } from '../../labelQuality/scores/index.ts';
import { CONFIDENCE_BINS, type Overview } from '../../protocol/overview.ts';
import type { LabelTranslator } from '../issues/index.ts';
import type { ModelRun, ProjectFile } from '../project/index.ts';
import type { ReviewIndex } from '../reviewIndex/index.ts';

const PAGE = 500;

/** The parts of the predictions that the Overview needs and that are not in memory. */
export type PredictionSummary = Pick<Overview, 'confidence' | 'primary' | 'corrected'>;

interface PredictionSource {
  project: ProjectFile;
  index: ReviewIndex;
  run: ModelRun;
  translator: LabelTranslator;
  classCount: number;
}

/** Iterates over all predictions, a page at a time, so that requests are answered in between. */
export async function summarisePredictions(source: PredictionSource): Promise<PredictionSummary> {
  const { project, index, run, translator, classCount } = source;
  const primary = squareCounts(classCount);
  const corrected = squareCounts(classCount);
  const confidence = { primary: emptyHistogram(), corrected: emptyHistogram() };
  let lastId = 0;
  for (;;) {
    const page = project.predictions.page(lastId, PAGE, run.model);
    for (const prediction of page) {
      lastId = prediction.sampleId;
      const row = index.rowOf(prediction.sampleId);
      if (row === undefined) continue;
      addConfidence(confidence.primary, prediction.confidencePrimary);
      addConfidence(confidence.corrected, prediction.confidenceCorrected);
      const given = index.given[row] as number;
      if (given < 0) continue;
      countPrediction(primary[given], translator.overLabels(prediction.primary, given));
      countPrediction(corrected[given], translator.overLabels(prediction.corrected, given));
    }
    if (page.length < PAGE) break;
    await nextTurn();
  }
  return {
    primary,
    corrected,
    confidence: { primary: shown(confidence.primary), corrected: shown(confidence.corrected) },
  };
}

function countPrediction(counts: number[] | undefined, distribution: LabelDistribution): void {
  const read = bestOtherLabel(distribution, null)?.label;
  if (counts !== undefined && read !== undefined) counts[read] = (counts[read] ?? 0) + 1;
}

/** [size][size] of zeros. */
export function squareCounts(size: number): number[][] {
  return Array.from({ length: size }, () => new Array<number>(size).fill(0));
}

export const NO_PREDICTIONS = (classCount: number): PredictionSummary => ({
  primary: squareCounts(classCount),
  corrected: squareCounts(classCount),
  confidence: { primary: shown(emptyHistogram()), corrected: shown(emptyHistogram()) },
});

interface Histogram {
  bins: number[];
  sum: number;
  count: number;
}

function emptyHistogram(): Histogram {
  return { bins: new Array<number>(CONFIDENCE_BINS).fill(0), sum: 0, count: 0 };
}

function addConfidence(histogram: Histogram, confidence: number): void {
  const bin = Math.min(CONFIDENCE_BINS - 1, Math.floor(confidence * CONFIDENCE_BINS));
  histogram.bins[bin] = (histogram.bins[bin] ?? 0) + 1;
  histogram.sum += confidence;
  histogram.count++;
}

function shown({ bins, sum, count }: Histogram): { bins: number[]; mean: number } {
  return { bins, mean: count === 0 ? 0 : sum / count };
}
