/** Predictions of a model of the user, in the place of a scan. */
export type { ImportChoices } from './importPredictions.ts';
export { PredictionJob } from './predictionJob.ts';
