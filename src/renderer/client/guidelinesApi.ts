import type { GuidelinesFile } from '../../domain/guidelines.ts';
import { change, datasetOf, readOf, requestChange } from './ask.ts';

/** Requests about the guidelines of each class. Each rejects with an ApiFailure. */
export const guidelinesApi = {
  read: () => readOf((dataset) => dataset.guidelines.$get()),
  describe: (label: number, description: string) =>
    requestChange((dataset) =>
      dataset.guidelines[':label'].description.$put({
        param: { label: String(label) },
        json: { description },
      }),
    ),
  /** Sent also while the page is being closed. */
  describeLast: (opening: string | null, label: number, description: string) =>
    change(
      datasetOf(opening).guidelines[':label'].description.$put(
        { param: { label: String(label) }, json: { description } },
        { init: { keepalive: true } },
      ),
    ),
  addExemplar: (label: number, sampleId: number) =>
    requestChange((dataset) => dataset.guidelines.exemplars.$post({ json: { label, sampleId } })),
  removeExemplar: (label: number, image: string) =>
    requestChange((dataset) => dataset.guidelines.exemplars.removed.$post({ json: { label, image } })),
  file: () => readOf((dataset) => dataset.guidelines.file.$get()),
  import: (file: GuidelinesFile) => requestChange((dataset) => dataset.guidelines.file.$post({ json: file })),
};
