import type { PredictionImport } from '../../protocol/predictions.ts';
import { requestChange } from './ask.ts';

/** @throws ApiFailure the error in the file */
export const sendPredictions = (predictions: PredictionImport) =>
  requestChange((dataset) => dataset.predictions.$post({ json: predictions }));
