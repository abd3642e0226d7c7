import type { AppState } from '../shared/api.ts';
import type { PredictionImport, PredictionReport } from '../shared/predictions.ts';
import { request } from './api.ts';

/** @throws ApiFailure what is wrong with the file */
export const importPredictions = (predictions: PredictionImport) =>
  request<{ report: PredictionReport; state: AppState }>('POST', '/api/predictions', predictions);
