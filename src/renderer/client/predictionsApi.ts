import type { StateAnswer } from '../../protocol/api.ts';
import type { PredictionImport, PredictionReport } from '../../protocol/predictions.ts';
import { requestOfDataset } from './api.ts';

/** @throws ApiFailure the error in the file */
export const importPredictions = (predictions: PredictionImport) =>
  requestOfDataset<{ report: PredictionReport; state: StateAnswer }>('POST', '/predictions', predictions);
