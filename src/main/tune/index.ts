/** The model tuned to the dataset, and the scores and flags that follow. */
export { compareRuns, keepEarlierRun } from './earlierRun.ts';
export { featureStatisticsOf, keepFeatureStatistics } from './featureStatistics.ts';
export {
  chooseReliance,
  differOnlyInDecisions,
  fitProject,
  fitSignature,
  readLabelFit,
} from './fitProject.ts';
export { PairDoubts, type ReviewedPair } from './pairDoubts.ts';
export {
  NO_PREDICTIONS,
  type PredictionSummary,
  squareCounts,
  summarisePredictions,
} from './predictionSummary.ts';
export { areFlagsOutdated, outdateFlags, refreshFlags } from './refreshFlags.ts';
