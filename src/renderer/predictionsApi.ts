import type { StateAnswer } from '../shared/api.ts';
import type { PredictionImport, PredictionReport } from '../shared/predictions.ts';
import { request } from './api.ts';

/** @throws ApiFailure what is wrong with the file */
export const importPredictions = (predictions: PredictionImport) =>
  request<{ report: PredictionReport; state: StateAnswer }>('POST', '/api/predictions', predictions);
