import type { PredictionImport } from '../../protocol/predictions.ts';
import { changeOf } from './ask.ts';

/** @throws ApiFailure the error in the file */
export const importPredictions = (predictions: PredictionImport) =>
  changeOf((dataset) => dataset.predictions.$post({ json: predictions }));
