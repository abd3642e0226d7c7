/** Predictions of the user's own model, instead of a scan. */
export type { ImportChoices } from './importChoices.ts';
export { PredictionJob } from './predictionJob.ts';
