import { emotionOf } from '../../domain/emotions.ts';
import type { DatasetClass } from '../../protocol/api.ts';

/** As many as tokens.css has; further classes begin again. */
const OWN_COLOURS = 8;

/** The colour of a class: its emotion's, or one of those for classes that only this dataset has. */
export function classColour(datasetClass: Pick<DatasetClass, 'emotion' | 'ownIndex'> | null): string {
  if (!datasetClass) return 'var(--faint)';
  return datasetClass.emotion
    ? `var(--emotion-${datasetClass.emotion})`
    : `var(--own-${datasetClass.ownIndex % OWN_COLOURS})`;
}

/** The colour of a class of the model, which the dataset may not have. */
export function modelClassColour(name: string, datasetClass: DatasetClass | null): string {
  const emotion = emotionOf(name);
  return datasetClass === null && emotion ? `var(--emotion-${emotion})` : classColour(datasetClass);
}
