/** Predictions of a model of the user, in the place of a scan. */
export type { ImportChoices } from './importChoices.ts';
export { PredictionJob } from './predictionJob.ts';
